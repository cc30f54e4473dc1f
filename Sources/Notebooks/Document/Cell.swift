/// A fenced block that is run.
struct Cell: Equatable, Sendable {
  /// Its attributes.
  let attributes: CellAttributes
  /// The code.
  let source: String
  /// The line of the opening fence and the line of the closing fence, from 0.
  let lines: ClosedRange<Int>
  /// The columns before the fence, which the output gets too: it belongs to the same list item.
  let indentation: Int
  /// The lines of the output below, blank lines before it included; empty where there is none.
  let output: Range<Int>

  /// How messages call it.
  var title: String { attributes.name.map { "cell '\($0)'" } ?? "cell" }
}
