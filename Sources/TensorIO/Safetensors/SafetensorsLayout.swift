internal import Foundation

/// A tensor of a .safetensors file that is to be written.
public struct SafetensorsEntry: Sendable {
  /// The name of the tensor in the file.
  public let name: String
  /// The format's name of the type of elements, such as `I8` or `F32`.
  public let type: String
  /// The length of each axis; empty for a scalar.
  public let shape: [Int]
  /// The size of the data in bytes.
  public let byteCount: Int

  /// Creates an entry for elements that have the same bytes in the file as in memory.
  ///
  /// - Parameters:
  ///   - name: The name in the file.
  ///   - shape: The length of each axis.
  ///   - type: The type of the elements in memory.
  ///   - format: The format's name of the type of elements, if their bits do not mean a number of type
  ///     `Element`, such as `BF16` for bits in `UInt16`.
  /// - Precondition: The shape is one that a tensor in memory can have.
  public init<Element: SafetensorsElement>(
    name: String, shape: [Int], of type: Element.Type, as format: String? = nil
  ) {
    self.init(
      name: name, type: format ?? type.safetensorsType, shape: shape,
      byteCount: shape.reduce(MemoryLayout<Element>.stride, *))
  }

  /// Creates an entry for a tensor that is copied from another file.
  public init(_ raw: RawTensor) {
    self.init(name: raw.name, type: raw.type, shape: raw.shape, byteCount: raw.source.byteCount)
  }

  private init(name: String, type: String, shape: [Int], byteCount: Int) {
    (self.name, self.type, self.shape, self.byteCount) = (name, type, shape, byteCount)
  }

  /// The alignment of the elements in bytes; 8 if the type is not known.
  fileprivate var alignment: Int {
    switch type.drop(while: \.isLetter).prefix(while: \.isNumber) {
    case "8", "4": 1
    case "16": 2
    case "32": 4
    default: type == "BOOL" ? 1 : 8
    }
  }
}

/// A type of numbers that can be written to .safetensors files.
public protocol SafetensorsElement: BitwiseCopyable, Sendable {
  /// The format's name of the type.
  static var safetensorsType: String { get }
}

extension Float: SafetensorsElement {
  /// float32.
  public static var safetensorsType: String { "F32" }
}

extension Int8: SafetensorsElement {
  /// One signed byte.
  public static var safetensorsType: String { "I8" }
}

extension UInt8: SafetensorsElement {
  /// One unsigned byte.
  public static var safetensorsType: String { "U8" }
}

extension Int16: SafetensorsElement {
  /// Signed 16-bit integer.
  public static var safetensorsType: String { "I16" }
}

extension UInt16: SafetensorsElement {
  /// Unsigned 16-bit integer.
  public static var safetensorsType: String { "U16" }
}

extension Int32: SafetensorsElement {
  /// Signed 32-bit integer.
  public static var safetensorsType: String { "I32" }
}

extension Int64: SafetensorsElement {
  /// Signed 64-bit integer.
  public static var safetensorsType: String { "I64" }
}

/// The places of the tensors in a .safetensors file, and the header that describes them.
///
/// As in files of the reference implementation, tensors with larger elements come first, so that
/// the offset of each element is a multiple of its size. Tensors with elements of one size keep
/// their order.
struct SafetensorsLayout {
  /// The offset of each entry from the start of the data; nil for entries that are left out.
  private(set) var offsets: [Int?]
  /// The indices of the entries in the file, in the order of their data.
  let order: [Int]
  /// The size of all data in bytes.
  private(set) var byteCount = 0

  private let entries: [SafetensorsEntry]

  init(_ entries: [SafetensorsEntry], without left: Set<Int> = []) {
    self.entries = entries
    offsets = entries.map { _ in nil }
    order = entries.indices.filter { !left.contains($0) }.sorted {
      (-entries[$0].alignment, $0) < (-entries[$1].alignment, $1)
    }
    for index in order {
      offsets[index] = byteCount
      byteCount += entries[index].byteCount
    }
  }

  /// The length of the header and the header, filled with spaces to a multiple of 8 bytes.
  ///
  /// - Parameters:
  ///   - metadata: Keys and texts, in order.
  ///   - byteCount: The size to fill up to; nil for the smallest one.
  func header(metadata: [(key: String, text: String)], byteCount: Int? = nil) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.map { "\(jsonText($0.key)):\(jsonText($0.text))" }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    for index in order {
      let (entry, start) = (entries[index], offsets[index] ?? 0)
      let shape = entry.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(jsonText(entry.name)):{\"dtype\":\(jsonText(entry.type)),\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(start),\(start + entry.byteCount)]}")
    }
    let text = Array("{\(members.joined(separator: ","))}".utf8)
    let length = byteCount.map { $0 - 8 } ?? (text.count + 7) / 8 * 8
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + text
      + [UInt8](repeating: UInt8(ascii: " "), count: length - text.count)
  }
}

/// A JSON string.
private func jsonText(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": quoted += "\\\(scalar)"
    case "\u{0}"..<" ": quoted += String(format: "\\u%04x", scalar.value)
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}
