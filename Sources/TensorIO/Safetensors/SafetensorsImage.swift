package import Foundation

/// A .safetensors file in memory: what other formats put codes and scales into.
package struct SafetensorsImage: Sendable {
  /// A tensor of the file.
  package struct Member: Sendable {
    /// Its name.
    package let name: String
    /// The format's name of the type of elements, such as `I32`.
    package let type: String
    /// The length of each axis.
    package let shape: [Int]
    /// The bytes, row by row; their number agrees with the shape for types of whole bytes.
    package let bytes: Data
  }

  /// The tensors, in the order of the header.
  package let members: [Member]
  /// The texts of the header.
  package let metadata: [String: String]
  private let places: [ExactName: Int]

  /// Reads a file.
  ///
  /// - Throws: `TensorFileError`, as for files on disk; the name in it is empty, or begins with `#` where
  ///   a tensor is meant.
  /// - Complexity: O(bytes of the header).
  package init(_ data: Data) throws(TensorFileError) {
    let start = data.startIndex
    let length = try SafetensorsDirectory.length(size: data.count, name: "") { count in
      Array(data[start..<start + count])
    }
    let directory = try SafetensorsDirectory(
      header: Array(data[start + 8..<start + 8 + length]), size: data.count, name: "")
    var members: [Member] = []
    for entry in directory.entries {
      if let size = Self.byteCounts[entry.dtype] {
        let extent = try Extent(
          shape: entry.shape, bytesPerElement: size, name: "#\(entry.name)")
        guard extent.bytes == entry.range.count else {
          throw .malformed(
            name: "#\(entry.name)",
            reason: "\(entry.range.count) bytes of data; expected \(extent.bytes) for shape "
              + "\(printable(shapeText(entry.shape))) of \(entry.dtype)")
        }
      }
      let first = start + directory.dataOffset
      members.append(
        Member(
          name: entry.name, type: entry.dtype, shape: entry.shape,
          bytes: data[first + entry.range.lowerBound..<first + entry.range.upperBound]))
    }
    (self.members, metadata) = (members, directory.metadata)
    places = Dictionary(
      members.enumerated().map { (ExactName($1.name), $0) }, uniquingKeysWith: { first, _ in first }
    )
  }

  /// The tensor of a name; nothing where the file has none.
  package subscript(name: String) -> Member? { places[ExactName(name)].map { members[$0] } }

  /// The bytes of an element, for the types that have whole bytes.
  private static let byteCounts = [
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1, "I16": 2, "U16": 2,
    "F16": 2, "BF16": 2, "I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8,
  ]
}

/// A .safetensors file on its way into memory.
package struct SafetensorsImageWriter {
  private var entries: [SafetensorsEntry] = []
  private var contents: [Data] = []
  private let metadata: [(key: String, text: String)]

  /// Begins a file.
  ///
  /// - Parameter metadata: Keys and texts for the header.
  package init(metadata: [(key: String, text: String)] = []) { self.metadata = metadata }

  /// Adds a tensor.
  ///
  /// - Parameters:
  ///   - name: A name that no other tensor has.
  ///   - shape: The length of each axis.
  ///   - values: As many elements as the shape has.
  ///   - format: The format's name of the type of elements, if their bits do not mean a number of type
  ///     `Element`, such as `F16` for bits in `UInt16`.
  package mutating func append<Element: SafetensorsElement>(
    _ name: String, shape: [Int], _ values: [Element], as format: String? = nil
  ) {
    precondition(values.count == shape.reduce(1, *), "as many elements as the shape has")
    entries.append(SafetensorsEntry(name: name, shape: shape, of: Element.self, as: format))
    contents.append(values.withUnsafeBytes { Data($0) })
  }

  /// The bytes of the file.
  package func data() -> Data {
    let layout = SafetensorsLayout(entries)
    var data = Data(layout.header(metadata: metadata))
    data.reserveCapacity(data.count + layout.byteCount)
    for index in layout.order { data.append(contents[index]) }
    return data
  }
}
