internal import Foundation

/// A tensor of a .safetensors file that is to be written.
public struct SafetensorsEntry: Sendable {
  /// Its name in the file.
  public let name: String
  /// What the format calls the elements, such as `I8` or `F32`.
  public let type: String
  /// The extent of every axis; empty for a scalar.
  public let shape: [Int]
  /// The size of the data.
  public let byteCount: Int

  /// Elements that lie in a file as they lie in memory.
  ///
  /// - Parameters:
  ///   - name: The name in the file.
  ///   - shape: The length of each axis.
  ///   - type: The type of the elements in memory.
  ///   - format: What the format calls the elements where their bits are not those of a number of
  ///     `Element`, such as `BF16` in `UInt16`.
  /// - Precondition: The shape is one that a tensor in memory can have.
  public init<Element: SafetensorsElement>(
    name: String, shape: [Int], of type: Element.Type, as format: String? = nil
  ) {
    self.init(
      name: name, type: format ?? type.safetensorsType, shape: shape,
      byteCount: shape.reduce(MemoryLayout<Element>.stride, *))
  }

  /// A tensor that is copied from another file.
  public init(_ raw: RawTensor) {
    self.init(name: raw.name, type: raw.type, shape: raw.shape, byteCount: raw.source.byteCount)
  }

  private init(name: String, type: String, shape: [Int], byteCount: Int) {
    (self.name, self.type, self.shape, self.byteCount) = (name, type, shape, byteCount)
  }

  /// What the elements are aligned to; 8 where the type is not known.
  fileprivate var alignment: Int {
    switch type.drop(while: \.isLetter).prefix(while: \.isNumber) {
    case "8", "4": 1
    case "16": 2
    case "32": 4
    default: type == "BOOL" ? 1 : 8
    }
  }
}

/// A number that a .safetensors file can be written of.
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

extension Int64: SafetensorsElement {
  /// Signed 64-bit integer.
  public static var safetensorsType: String { "I64" }
}

/// Where the tensors of a .safetensors file lie, and the header that says so.
///
/// As in files of the reference implementation, elements of more bytes come first, so that every
/// element lies at a multiple of its size; tensors of equal elements stay in the order given.
struct SafetensorsLayout {
  /// Where each entry begins, from the start of the data; nothing for those that are left out.
  private(set) var offsets: [Int?]
  /// The entries that are in the file, in the order of their data.
  let order: [Int]
  /// The size of all data.
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

  /// The header with its length before it, filled with spaces to a multiple of 8 bytes.
  ///
  /// - Parameters:
  ///   - metadata: Keys and texts, in order.
  ///   - byteCount: The size to fill up to, where it is known.
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
