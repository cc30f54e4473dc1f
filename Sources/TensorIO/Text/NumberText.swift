/// The numbers of a text file, such as small tensors that were written by hand or by a spreadsheet
/// program.
///
/// Several lines with one number each, or a single line, are a vector; lines with equal numbers of
/// numbers are a matrix. Blank lines and comments after `#` are left out. ``TextConvention`` finds
/// the separators. An empty cell is an error, except after a separator at the end of a full line.
struct NumberText {
  /// The length of each axis: one axis for a vector, two for a matrix.
  let shape: [Int]
  let values: [Float]

  /// The largest text file in bytes, because text and numbers are kept in memory.
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

/// A stream over values in memory.
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
