internal import Foundation
internal import ResultRecords
internal import TensorIO

/// A file of lines that runs append; each line is checked to be complete and of this file.
///
/// A line begins with the SHA-256 of the file's name and of the line, so a line that was damaged,
/// edited or copied from another file is detected and costs only itself. A killed run may leave a
/// line without an end; the next append removes it.
struct KeptLines: Sendable {
  /// The contents of a file.
  struct Found: Sendable {
    /// The intact lines, in the order in which they were appended.
    var lines: [String] = []
    /// The number of damaged lines; nil if the path is no file.
    var damaged: Int? = 0
  }

  /// The root folder of the store.
  let root: String
  /// The path of the file below the root folder.
  let name: String

  private var path: String { root + "/" + name }

  /// Reads the file; it does not block on a pipe or a device.
  ///
  /// - Complexity: Linear in its bytes.
  func read() -> Found {
    var status = stat()
    guard lstat(path, &status) == 0 else { return Found(damaged: errno == ENOENT ? 0 : nil) }
    guard status.st_mode & S_IFMT == S_IFREG,
      let bytes = try? readRegularFile(path, limit: Self.maximumBytes)
    else { return Found(damaged: nil) }
    var found = Found()
    var start = 0
    while let end = bytes[start...].firstIndex(of: Self.newline) {
      if let line = opened(bytes[start..<end]) {
        found.lines.append(line)
      } else {
        found.damaged = (found.damaged ?? 0) + 1
      }
      start = end + 1
    }
    return found
  }

  /// Appends a line, which must not contain a line end; removes anything at the path that is no
  /// file.
  ///
  /// Any number of threads and processes may add lines.
  ///
  /// - Throws: `TensorFileError.unwritable` and the errors of creating the folder.
  func append(_ line: String) throws {
    let bytes = Array((sealed(line) + "\n").utf8)
    if try add(bytes) { return }
    try KeptPlace.clear(path, below: root)
    guard try add(bytes) else { throw failure("cannot be opened", errno) }
  }

  /// Replaces the contents of the file by these lines.
  ///
  /// - Throws: As ``append(_:)``.
  func replace(_ lines: [String]) throws {
    try KeptPlace.clear(path, below: root)
    try writeAtomically(
      lines.map { sealed($0) + "\n" }.joined(), to: path, durably: false)
  }

  /// Writes bytes after the last complete line; returns false if the file cannot be opened.
  private func add(_ bytes: [UInt8]) throws -> Bool {
    let flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW
    let descriptor = open(path, flags, 0o666)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var status = stat()
    // The lock is released with the descriptor. A file system without locks needs a single writer.
    _ = flock(descriptor, LOCK_EX)
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    let end = Self.endOfLines(descriptor, size: Int(status.st_size))
    guard end == Int(status.st_size) || ftruncate(descriptor, end) == 0 else {
      throw failure("cannot be shortened", errno)
    }
    let code = bytes.withUnsafeBytes { bytes in
      writeFully(bytes) { write(descriptor, $0.baseAddress, $0.count) }
    }
    if let code { throw failure("cannot be written", code) }
    return true
  }

  /// The position after the last line end, searched from the end of the file.
  private static func endOfLines(_ descriptor: Int32, size: Int) -> Int {
    var (end, block) = (size, [UInt8](repeating: 0, count: 1))
    while end > 0 {
      let start = max(0, end - block.count)
      guard pread(descriptor, &block, end - start, start) == end - start else { return size }
      if let last = block[..<(end - start)].lastIndex(of: newline) { return start + last + 1 }
      end = start
      if block.count == 1 { block = [UInt8](repeating: 0, count: 1 << 12) }
    }
    return 0
  }

  /// The greatest size of a file: some millions of cells of one tensor.
  private static let maximumBytes = 1 << 30
  private static let newline = UInt8(ascii: "\n")
  private static let sealLength = 64

  private func sealed(_ line: String) -> String { ContentHash.of(name + "\n" + line) + " " + line }

  /// The line behind a seal; nil if the seal does not match.
  private func opened(_ bytes: ArraySlice<UInt8>) -> String? {
    guard bytes.count > Self.sealLength,
      let line = String(validating: bytes.dropFirst(Self.sealLength + 1), as: UTF8.self)
    else { return nil }
    return sealed(line).utf8.elementsEqual(bytes) ? line : nil
  }

  private func failure(_ reason: String, _ code: Int32) -> TensorFileError {
    .unwritable(path: path, reason: "\(reason): \(systemMessage(code))")
  }
}
