internal import NetworkRuntime
internal import TensorIO

/// The array of one input for all samples: in a file, or in memory.
struct SampleArray: Sendable {
  /// The name of the array; nothing where the file has only one.
  let name: String?
  /// The length of each axis, the first the samples.
  private(set) var shape: [Int]
  /// The type of the elements.
  let type: ArrayType
  private let source: Source

  private enum Source: Sendable {
    case file(ArrayFile)
    case memory([UInt8])
  }

  /// Reads the next rows, as many as asked for or as are left.
  typealias Rows = (_ count: Int) throws -> [UInt8]

  /// An array of an .npy or .npz file.
  init(_ file: ArrayFile) {
    (name, shape, type, source) = (file.name, file.shape, file.type, .file(file))
  }

  private init(_ name: String, _ file: IDXFile) {
    (self.name, shape, type, source) = (name, file.shape, .uint8, .memory(file.elements))
  }

  /// Images and labels in IDX files; nothing where there are no such files.
  ///
  /// - Parameter start: The folder, and what the names of the files begin with, such as `train`.
  /// - Throws: `TensorFileError` where a file cannot be read.
  static func idx(_ start: String) throws -> [SampleArray]? {
    guard let images = IDXFile.path("\(start)-images-idx3-ubyte") else { return nil }
    var arrays = [SampleArray("images", try IDXFile(path: images))]
    if let labels = IDXFile.path("\(start)-labels-idx1-ubyte") {
      arrays.append(SampleArray(SampleSet.labelsName, try IDXFile(path: labels)))
    }
    return arrays
  }

  /// Gives images without an axis of channels one, where the model wants a single channel.
  mutating func addChannel(for port: Port) {
    guard case .memory = source, port.shape.count == shape.count + 1, port.shape.count > 2,
      port.shape[1] == 1
    else { return }
    shape.insert(1, at: 1)
  }

  /// Bytes of one sample.
  var rowBytes: Int { shape.dropFirst().reduce(type.byteCount, *) }

  /// Begins to read at the first sample.
  func makeRows() throws -> Rows {
    switch source {
    case .file(let file):
      let rows = try file.makeRows()
      return { try rows.next($0) }
    case .memory(let bytes):
      var first = 0
      return { count in
        defer { first = min(bytes.count, first + count * rowBytes) }
        return Array(bytes[first..<min(bytes.count, first + count * rowBytes)])
      }
    }
  }
}
