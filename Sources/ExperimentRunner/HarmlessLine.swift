internal import TensorIO

/// A line for a terminal or a log with texts in it that others chose: names of files and tensors,
/// pieces of a manifest.
///
/// What could move the cursor or end the line is written as an escape; tabs stay. A line that begins
/// with two colons would be a command to the log of a CI server, such as `::error::`, so the first of
/// them is escaped too.
package func harmlessLine(_ text: String) -> String {
  let line = text.unicodeScalars.split(separator: "\t", omittingEmptySubsequences: false)
    .map { printable(String($0), limit: .max) }.joined(separator: "\t")
  let start = line.prefix { $0.isWhitespace }
  guard line.dropFirst(start.count).utf8.starts(with: "::".utf8) else { return line }
  return start + "\\u{3A}" + line.dropFirst(start.count + 1)
}
