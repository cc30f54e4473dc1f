internal import Synchronization
package import TensorIO

/// A tensor in a file, with the shape and the contents that were found earlier.
///
/// The plan depends on the shape, and the address of results on the hash. So reading fails if the
/// file has another shape or, if it was hashed, other contents.
package final class TensorInput: Sendable {
  private let specification: String
  private let shape: [Int]
  private let place: String?
  private let contents: HashedFile?
  private let opened: Mutex<TensorFile?> = Mutex(nil)

  /// Creates an input; it opens no file yet.
  ///
  /// - Parameters:
  /// - specification: An argument of `TensorFile.open` that names one tensor.
  /// - shape: The expected shape.
  /// - place: The expected place of data without a header; nil for others.
  /// - contents: The file with its hash; nil if any contents are right.
  package init(
    _ specification: String, shape: [Int], place: String? = nil, contents: HashedFile? = nil
  ) {
    self.specification = specification
    self.shape = shape
    self.place = place
    self.contents = contents
  }

  /// The name in messages: the last part of the path, with the member of a container.
  var name: String { String(specification.split(separator: "/").last ?? "") }

  /// Opens the tensor for reading.
  ///
  /// If this throws, discard the result of `body`.
  ///
  /// - Throws: The errors of opening the file and of `body`, and `TensorFileError` if the file has
  ///   changed.
  package func read<Result>(_ body: (TensorFile) throws -> Result) throws -> Result {
    let version = try contents?.check()
    let file = try open(version)
    guard file.shape == shape else {
      throw TensorFileError.malformed(
        name: file.name,
        reason: "changed while it was read: its shape is \(file.shape); "
          + "expected \(shape)")
    }
    guard contents == nil || file.dataPlace == place else {
      throw TensorFileError.malformed(
        name: file.name,
        reason: "changed while it was read: its data are \(file.dataPlace ?? "elsewhere"); "
          + "expected \(place ?? "them elsewhere")")
    }
    let result = Swift.Result { try body(file) }
    // Checked before the error of `body`, because a file that is half replaced looks malformed.
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
