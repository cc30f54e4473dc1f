/// The header of an .npy file.
///
/// Its form is checked, but not yet whether it agrees with the data.
package struct NPYHeader: Equatable, Sendable {
  /// How elements are stored; nil if they are of a type that cannot be read.
  package let layout: ElementLayout?
  /// The name of the type of elements.
  package let typeName: ElementTypeName
  package let isFortranOrder: Bool
  package let shape: [Int]
  /// The offset of the first byte of the data.
  package let dataOffset: Int

  package static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// Ordinary headers have 128 bytes; a structured type with thousands of fields has less than this.
  package static let maximumBytes = 1 << 20

  /// Reads the header at the start of `source`.
  package init(from source: ByteSource) throws(TensorFileError) {
    let (text, textOffset) = try Self.headerText(of: source)
    let literal: PythonLiteral
    do {
      literal = try PythonLiteral(parsing: text)
    } catch {
      throw .malformed(
        name: source.name,
        reason: "npy header: \(error.reason) at byte \(textOffset + error.offset); "
          + "expected {'descr': ..., 'fortran_order': ..., 'shape': ...}")
    }
    try self.init(literal, dataOffset: textOffset + text.count, name: source.name)
  }

  /// The text of the dictionary, which comes after magic, version and length.
  ///
  /// Every length is checked before it is used.
  private static func headerText(
    of source: ByteSource
  ) throws(TensorFileError) -> (text: [UInt8], offset: Int) {
    guard source.byteCount >= 10 else {
      throw .malformed(
        name: source.name,
        reason: "\(source.byteCount) bytes are too short for a npy header; expected at least 10")
    }
    let stream = try source.makeStream()
    let start = try stream.bytes(8)
    guard start.starts(with: magic) else {
      throw .malformed(
        name: source.name,
        reason: "does not begin like a npy file; expected the bytes 93 4e 55 4d 50 59 at byte 0")
    }
    guard (1...3).contains(start[6]), start[7] == 0 else {
      throw .unsupported(
        name: source.name,
        reason: "npy format version \(start[6]).\(start[7]); expected 1.0, 2.0 or 3.0")
    }
    let lengthBytes = start[6] == 1 ? 2 : 4
    let textOffset = 8 + lengthBytes
    guard source.byteCount >= textOffset else {
      throw .malformed(
        name: source.name, reason: "ends at byte \(source.byteCount), inside the npy header")
    }
    let length = Int(littleEndian(try stream.bytes(lengthBytes), at: 0, count: lengthBytes))
    guard length <= source.byteCount - textOffset else {
      throw .malformed(
        name: source.name,
        reason: "npy header of \(length) bytes reaches beyond the end at byte \(source.byteCount)")
    }
    guard length <= maximumBytes else {
      throw .unsupported(
        name: source.name,
        reason: "npy header of \(length) bytes; expected at most \(maximumBytes)")
    }
    return (try stream.bytes(length), textOffset)
  }

  private init(
    _ literal: PythonLiteral, dataOffset: Int, name: String
  ) throws(TensorFileError) {
    guard case .dictionary(let entries) = literal else {
      throw .malformed(name: name, reason: "npy header is not a dictionary")
    }
    var values: [String: PythonLiteral] = [:]
    for entry in entries {
      guard ["descr", "fortran_order", "shape"].contains(entry.key) else {
        throw .malformed(name: name, reason: "npy header has unknown key \(quoted(entry.key))")
      }
      guard values.updateValue(entry.value, forKey: entry.key) == nil else {
        throw .malformed(name: name, reason: "npy header has key '\(entry.key)' twice")
      }
    }
    func value(_ key: String) throws(TensorFileError) -> PythonLiteral {
      guard let value = values[key] else {
        throw .malformed(name: name, reason: "npy header lacks the key '\(key)'")
      }
      return value
    }

    guard let (layout, typeName) = Self.element(try value("descr")) else {
      throw .malformed(name: name, reason: "npy header: 'descr' is not a type; expected a string")
    }
    self.layout = layout
    self.typeName = typeName
    guard case .boolean(let isFortranOrder) = try value("fortran_order") else {
      throw .malformed(
        name: name,
        reason: "npy header: 'fortran_order' is not a truth value; expected True or False")
    }
    guard case .tuple(let extents) = try value("shape") else {
      throw .malformed(
        name: name, reason: "npy header: 'shape' is not a tuple; expected one such as (2, 3)")
    }
    var shape: [Int] = []
    for (axis, extent) in extents.enumerated() {
      guard case .integer(let extent) = extent else {
        throw .malformed(
          name: name, reason: "npy header: dimension at axis \(axis) of 'shape' is not an integer")
      }
      shape.append(extent)
    }
    self.isFortranOrder = isFortranOrder
    self.shape = shape
    self.dataOffset = dataOffset
  }
  /// The layout and the name of the type in a `descr`; nil if it is not a type.
  ///
  /// The layout is nil if the type cannot be read.
  private static func element(_ literal: PythonLiteral) -> (ElementLayout?, ElementTypeName)? {
    switch literal {
    case .string(let descriptor):
      let note =
        descriptor.hasSuffix("O")
        ? " (pickled Python objects)"
        : descriptor.hasSuffix("V1")
          ? " (bytes whose type NumPy has not saved; 8-bit floats can be saved as float32, or in a "
            + ".safetensors file)" : ""
      return (
        ElementLayout(descriptor: descriptor),
        ElementTypeName(short: descriptor, long: quoted(descriptor) + note)
      )
    case .list(let fields):
      let records = ElementTypeName(short: "structured records", long: "(structured records)")
      guard fields.count == 1, case .tuple(let field) = fields[0], field.count == 2,
        case .string(let name) = field[0], case .string(let descriptor) = field[1]
      else { return (nil, records) }
      return (ElementLayout(field: name, descriptor: descriptor), records)
    default: return nil
    }
  }
}

/// The name that a file gives to the type of its elements.
package struct ElementTypeName: Equatable, Sendable {
  /// The name as in the file, for lists.
  package let short: String
  /// The name with an explanation, and without characters that could disturb a message.
  package let long: String
}
