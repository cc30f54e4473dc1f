/// A fenced block that is run.
struct Cell: Equatable, Sendable {
  /// Its attributes.
  let attributes: CellAttributes
  /// The code.
  let source: String
  /// The line of the opening fence and the line of the closing fence, from 0.
  let lines: ClosedRange<Int>
  /// The columns before the fence; the output gets them too, to stay in the same list item.
  let indentation: Int
  /// The lines of the output below, including blank lines before it; empty if there is none.
  let output: Range<Int>

  /// The name of the cell in messages.
  var title: String { attributes.name.map { "cell '\($0)'" } ?? "cell" }
}
