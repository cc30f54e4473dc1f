/// Numbers in a text file: for tensors small enough to be written by hand.
///
/// White space, commas and semicolons separate numbers; blank lines and what follows a `#` are left
/// out. Lines of one number, or a single line, are a vector; lines of equal length are a matrix.
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
    guard
      let text = String(validating: try file.bytes(at: 0, count: file.size), as: UTF8.self)
    else { throw .malformed(name: file.name, reason: "is not UTF-8 text; expected numbers") }
    var values: [Float] = []
    var rows: [(line: Int, count: Int)] = []
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let before = values.count
      try Self.append(line, at: index + 1, of: file.name, to: &values)
      if values.count > before { rows.append((index + 1, values.count - before)) }
    }
    if let ragged = rows.first(where: { $0.count != rows[0].count }) {
      throw .malformed(
        name: file.name,
        reason: "line \(ragged.line) has \(ragged.count) numbers; expected \(rows[0].count), as in "
          + "line \(rows[0].line)")
    }
    let isVector = rows.count < 2 || rows[0].count == 1
    shape = isVector ? [values.count] : [rows.count, rows[0].count]
    self.values = values
  }

  /// Reads the numbers of a line.
  ///
  /// Bytes are compared, not characters: everything that separates is ASCII.
  private static func append(
    _ line: Substring.UTF8View, at number: Int, of name: String, to values: inout [Float]
  ) throws(TensorFileError) {
    let written = line.prefix { $0 != UInt8(ascii: "#") }
    for word in written.split(whereSeparator: separators.contains).map(Substring.init) {
      guard let double = Double(word), Float(double).isFinite || !double.isFinite else {
        let column = Substring(written[..<word.startIndex]).count + 1
        let fault =
          Double(word) == nil
          ? "is no number"
          : "is beyond the range of float32; expected magnitudes up to "
            + "\(Float.greatestFiniteMagnitude)"
        throw .malformed(
          name: name, reason: "line \(number), column \(column): \(quoted(String(word))) \(fault)")
      }
      values.append(Float(double))
    }
  }

  /// White space, the carriage return of a line's end, commas and semicolons.
  private static let separators: [UInt8] = Array(" \t\r\u{B}\u{C},;".utf8)
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
