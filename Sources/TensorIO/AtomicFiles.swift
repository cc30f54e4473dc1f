/// Files that come into being together: none takes its name before all are written.
///
/// Holds one descriptor at a time, however many files there are. Going out of scope without
/// ``commit()`` leaves nothing behind.
package struct AtomicFiles: ~Copyable {
  /// A file that is written and closed; a class, because an array holds no values that cannot be
  /// copied.
  private final class Written {
    private var file: AtomicFile?

    init(_ text: String, to path: String) throws(TensorFileError) {
      var file = try AtomicFile(path: path)
      try file.write(Array(text.utf8).span.bytes)
      try file.close()
      self.file = consume file
    }

    func commit() throws(TensorFileError) { try file.take()?.commit() }
  }

  private var files: [Written] = []

  package init() {}

  /// Writes a file under a temporary name.
  ///
  /// - Throws: `TensorFileError.unwritable`.
  package mutating func add(_ text: String, to path: String) throws(TensorFileError) {
    files.append(try Written(text, to: path))
  }

  /// Gives all files their names, the one that was added first as the last.
  ///
  /// - Throws: `TensorFileError.unwritable`; what has its name by then keeps it.
  package consuming func commit() throws(TensorFileError) {
    for file in files.reversed() { try file.commit() }
  }
}
