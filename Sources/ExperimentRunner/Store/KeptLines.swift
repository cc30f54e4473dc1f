internal import Foundation
internal import ResultRecords
internal import TensorIO

/// Lines that runs add to a file, each known to be whole and of this file.
///
/// A line begins with the SHA-256 of the file's name and of the line: one that was damaged, edited or
/// copied from another file is told from what was kept, and costs itself only. A line appears whole or
/// not at all: what a killed run may have left of one has no end, and is cut off by the next.
struct KeptLines: Sendable {
  /// What is in a file.
  struct Found: Sendable {
    /// The lines as they were kept, in the order they were.
    var lines: [String] = []
    /// How many lines are not as they were kept; nil where there is something else than a file.
    var damaged: Int? = 0
  }

  /// The folder of all that is kept.
  let root: String
  /// The path of the file below the folder.
  let name: String

  private var path: String { root + "/" + name }

  /// Reads the file; never waits for what is no file.
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

  /// Adds a line, which has no line end in it; takes away whatever stands there that is no file.
  ///
  /// Any number of threads and processes may add lines.
  ///
  /// - Throws: `TensorFileError.unwritable` and what making the folder throws.
  func append(_ line: String) throws {
    let bytes = Array((sealed(line) + "\n").utf8)
    if try add(bytes) { return }
    try KeptPlace.clear(path, below: root)
    guard try add(bytes) else { throw failure("cannot be opened", errno) }
  }

  /// Writes the file anew with these lines only.
  ///
  /// - Throws: As ``append(_:)``.
  func replace(_ lines: [String]) throws {
    try KeptPlace.clear(path, below: root)
    try writeAtomically(
      lines.map { sealed($0) + "\n" }.joined(), to: path, durably: false)
  }

  /// Adds bytes at the end of the last whole line; false where there is no file and none can be made.
  private func add(_ bytes: [UInt8]) throws -> Bool {
    let flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW
    let descriptor = open(path, flags, 0o666)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var status = stat()
    // The lock ends with the descriptor; a file system without locks has one writer at a time.
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

  /// Where the last line end is passed, looking from the end of the file on.
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

  /// More than is ever kept of a tensor: some millions of cells.
  private static let maximumBytes = 1 << 30
  private static let newline = UInt8(ascii: "\n")
  private static let sealLength = 64

  private func sealed(_ line: String) -> String { ContentHash.of(name + "\n" + line) + " " + line }

  /// The line behind a seal; nil where it is not the line that was sealed.
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
