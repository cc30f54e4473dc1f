/// The values of a tensor that stand in a field of their own and not as bytes.
package struct ONNXValues: Equatable, Sendable {
  /// The field, whose values may stand one by one, or many in a piece.
  package enum Field: UInt64, Sendable {
    case float = 4
    case int32 = 5
    case double = 10

    /// How one value lies in the file.
    var wire: ProtobufField.Wire {
      switch self {
      case .float: .fixed32
      case .int32: .varint
      case .double: .fixed64
      }
    }

    var name: String {
      switch self {
      case .float: "float_data"
      case .int32: "int32_data"
      case .double: "double_data"
      }
    }

    /// Whether a model may keep elements of this type here.
    func holds(_ type: ElementType) -> Bool {
      switch type {
      case .float32: self == .float
      case .float64: self == .double
      case .float16, .bfloat16, .float8E4M3, .float8E5M2: self == .int32
      }
    }
  }

  let field: Field
  /// The size of an element as it is read.
  let width: Int

  /// Where the values lie in a file.
  struct Found {
    /// How many there are.
    var count = 0
    /// The bytes, where they are one piece that can be read as it is.
    var piece: Range<Int>?
    fileprivate var pieces = 0
  }

  /// Counts the values of a tensor.
  ///
  /// - Throws: `TensorFileError` also where a value is none of the type.
  func find(in message: Range<Int>, of reader: ProtobufReader) throws(TensorFileError) -> Found {
    var found = Found()
    var fields = reader.fields(in: message)
    while let field = try fields.next() {
      guard field.number == self.field.rawValue, !field.payload.isEmpty else { continue }
      found.pieces += 1
      found.piece = found.pieces == 1 && self.field != .int32 ? field.payload : nil
      if self.field == .int32 {
        var position = field.payload.lowerBound
        while position < field.payload.upperBound {
          _ = try element(at: &position, end: field.payload.upperBound, of: reader)
          found.count += 1
        }
      } else {
        guard field.payload.count % width == 0 else {
          throw reader.malformed(
            "\(field.payload.count) bytes of \(self.field.name)", at: field.payload.lowerBound)
        }
        found.count += field.payload.count / width
      }
    }
    return found
  }

  /// The bits of the next element in `int32_data`.
  func element(
    at position: inout Int, end: Int, of reader: ProtobufReader
  ) throws(TensorFileError) -> UInt64 {
    let start = position
    let value = try reader.varint(at: &position, end: end)
    guard value >> UInt64(8 * width) == 0 else {
      throw reader.malformed("\(value) is no element of \(width) bytes", at: start)
    }
    return value
  }
}

/// The bytes that values stand for, in order.
final class ONNXValueStream: ByteStream {
  private let source: ByteSource
  private let values: ONNXValues
  private let reader: ProtobufReader
  private var fields: ProtobufFields
  /// What is left of a field.
  private var piece = 0..<0

  init(_ source: ByteSource, _ values: ONNXValues) throws(TensorFileError) {
    (self.source, self.values) = (source, values)
    reader = ProtobufReader(try source.file.reopened())
    fields = reader.fields(in: source.offset..<source.offset + source.storedBytes)
  }

  /// - Precondition: Whole elements are asked for.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TensorFileError) {
    var filled = 0
    while filled < buffer.count {
      while piece.isEmpty {
        guard let field = try fields.next() else {
          throw .malformed(
            name: source.name,
            reason: "\(values.field.name) ends too early; expected \(source.byteCount) bytes")
        }
        if field.number == values.field.rawValue { piece = field.payload }
      }
      if values.field == .int32 {
        var position = piece.lowerBound
        let element = try values.element(at: &position, end: piece.upperBound, of: reader)
        for index in 0..<values.width {
          buffer[filled + index] = UInt8(truncatingIfNeeded: element >> UInt64(8 * index))
        }
        piece = position..<piece.upperBound
        filled += values.width
      } else {
        let taken = piece.prefix(buffer.count - filled)
        try reader.copy(
          taken,
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + taken.count]))
        piece = taken.upperBound..<piece.upperBound
        filled += taken.count
      }
    }
  }

  func finish() throws(TensorFileError) { try reader.file.requireUnchanged() }
}
