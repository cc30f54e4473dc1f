internal import Synchronization
package import TensorIO

/// A tensor in a file: where it is, and what has been found out about it.
///
/// The shape has decided about lanes and batches, and the hash about where results are kept. So
/// nothing is read but this shape, and where there is a hash, these contents.
package final class TensorInput: Sendable {
  private let specification: String
  private let shape: [Int]
  private let contents: HashedFile?
  private let opened: Mutex<TensorFile?> = Mutex(nil)

  /// Opens nothing yet.
  ///
  /// - Parameters:
  ///   - specification: What `TensorFile.open` takes, naming one tensor.
  ///   - shape: The shape it had.
  ///   - contents: The file as it was hashed; nil where any contents will do.
  package init(_ specification: String, shape: [Int], contents: HashedFile? = nil) {
    self.specification = specification
    self.shape = shape
    self.contents = contents
  }

  /// What messages call the tensor: the last part of its path, with its name in a container.
  var name: String { String(specification.split(separator: "/").last ?? "") }

  /// Opens the tensor for reading.
  ///
  /// What `body` has made of the values is void when this throws.
  ///
  /// - Throws: What opening the file and `body` throw, and `TensorFileError` where the file is not what
  ///   it was.
  package func read<Result>(_ body: (TensorFile) throws -> Result) throws -> Result {
    let version = try contents?.check()
    let file = try open(version)
    guard file.shape == shape else {
      throw TensorFileError.malformed(
        name: file.name,
        reason: "changed while it was read: its shape is \(file.shape); "
          + "expected \(shape)")
    }
    let result = Swift.Result { try body(file) }
    // Before what the body says: half a file that is being replaced looks malformed.
    if let contents, let version { try contents.confirm(file.version, is: version) }
    return try result.get()
  }

  private func open(_ version: FileVersion?) throws(TensorFileError) -> TensorFile {
    if let file = opened.withLock({ $0 }),
      version == nil || file.version == version
    {
      return file
    }
    let file = try TensorFile.open(specification)[0]
    opened.withLock { $0 = file }
    return file
  }
}
