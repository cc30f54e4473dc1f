/// Numbers in a text file: for tensors small enough to be written by hand or by a spreadsheet.
///
/// Lines of one number, or a single line, are a vector; lines of equal length are a matrix. Blank
/// lines and what follows a `#` are left out; what separates numbers is ``TextConvention``'s to say.
/// An empty cell is an error, but for one behind a separator at the end of a full line.
struct NumberText {
  /// One axis, or two where there are several lines of several numbers.
  let shape: [Int]
  let values: [Float]

  /// Text is held in memory, with its numbers; larger tensors have better formats.
  static let maximumBytes = 1 << 24

  /// Reads all numbers of a file.
  init(_ file: ReadableFile) throws(TensorFileError) {
    guard file.size <= Self.maximumBytes else {
      throw .unsupported(
        name: file.name,
        reason: "\(file.size) bytes of text; expected at most \(Self.maximumBytes), or a .npy file")
    }
    let lines = try TextLines(
      try file.bytes(at: 0, count: file.size), name: file.name
    ).lines
    let table = try TextTable(lines, name: file.name)
    let values = try table.values()
    guard !values.isEmpty else { throw .emptyTensor(name: file.name, shape: [0]) }
    try table.requireFullRows()
    let (rows, columns) = (table.rows.count, table.rows[0].cells.count)
    shape = rows < 2 || columns == 1 ? [values.count] : [rows, columns]
    self.values = values
  }
}

/// Values that are in memory already, as the bytes of a file would be.
final class MemoryStream: ByteStream {
  private let source: ByteSource
  private let bytes: [UInt8]
  private var consumed = 0

  init(_ source: ByteSource, _ bytes: [UInt8]) { (self.source, self.bytes) = (source, bytes) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TensorFileError) {
    guard buffer.count <= bytes.count - consumed else {
      throw .malformed(
        name: source.name,
        reason: "ends after \(bytes.count) bytes; expected \(consumed + buffer.count)")
    }
    buffer.copyBytes(from: bytes[consumed..<consumed + buffer.count])
    consumed += buffer.count
  }

  func finish() {}
}
