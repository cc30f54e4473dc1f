internal import Foundation
internal import QuantizationCore
internal import ResultRecords

/// A histogram in characters, with the ranges that estimators chose marked below it; 80 columns.
struct TerminalHistogram {
  private static let columns = TensorProfile.Histogram.binCount / 4
  private static let rows = 7
  private static let labelWidth = 19
  private static let eighths = Array(" ▁▂▃▄▅▆▇█")

  private let lower: Double
  private let upper: Double
  private let counts: [Int]

  init(_ histogram: TensorProfile.Histogram) {
    (lower, upper) = (histogram.lower, histogram.upper)
    let binsPerColumn = max(1, histogram.counts.count / Self.columns)
    counts = stride(from: 0, to: histogram.counts.count, by: binsPerColumn).map {
      histogram.counts[$0..<min($0 + binsPerColumn, histogram.counts.count)].reduce(0, +)
    }
  }

  /// The bars and their axis, with a newline after each line; empty if all values are equal.
  var bars: String {
    guard upper > lower, let most = counts.max() else { return "" }
    // A single value has an eighth of a row, and ten times as many have a whole decade more.
    let decades = log10(Double(most)) + 1
    let heights = counts.map { count in
      count == 0
        ? 0
        : max(
          1, Int(((log10(Double(count)) + 1) / decades * Double(8 * Self.rows)).rounded()))
    }
    var lines: [String] = []
    for row in stride(from: Self.rows - 1, through: 0, by: -1) {
      let cells = heights.map { Self.eighths[min(max($0 - 8 * row, 0), 8)] }
      let label = row == Self.rows - 1 ? "\(most)" : row == 0 ? "1, log scale" : ""
      lines.append(Self.label(label + " ") + "┤" + trimmed(String(cells)))
    }
    lines.append(
      String(repeating: " ", count: Self.labelWidth) + "└"
        + String(repeating: "─", count: Self.columns))
    lines.append(axis)
    return lines.map { $0 + "\n" }.joined()
  }

  /// The ends of the axis, and zero if it lies between them and there is room.
  private var axis: String {
    let (left, right) = (NumberFormat.short(lower, digits: 4), NumberFormat.short(upper, digits: 4))
    var text = Array(String(repeating: " ", count: Self.columns))
    text.replaceSubrange(0..<left.count, with: left)
    text.replaceSubrange(Self.columns - right.count..<Self.columns, with: right)
    let zero = column(of: 0)
    if lower < 0, upper > 0, zero > left.count, zero < Self.columns - right.count - 1 {
      text[zero] = "0"
    }
    return trimmed(String(repeating: " ", count: Self.labelWidth + 1) + String(text))
  }

  /// A range as a line of the width of the histogram, with an arrow if it extends beyond the
  /// values.
  func mark(_ range: ClippingRange, label: String) -> String {
    let prefix = Self.label(label) + " "
    guard upper > lower else { return trimmed(prefix) }
    let ends = (column(of: range.lower), column(of: range.upper))
    var text = Array(String(repeating: " ", count: Self.columns))
    for column in ends.0...ends.1 { text[column] = "─" }
    text[ends.0] = range.lower < lower - tolerance ? "◂" : "├"
    text[ends.1] = range.upper > upper + tolerance ? "▸" : "┤"
    if ends.0 == ends.1 { text[ends.0] = "│" }
    return trimmed(prefix + String(text))
  }

  /// Half a column: smaller distances are not visible.
  private var tolerance: Double { (upper - lower) / Double(2 * Self.columns) }

  private func column(of value: Double) -> Int {
    let place = (value - lower) / (upper - lower) * Double(Self.columns)
    return Int(min(max(place, 0), Double(Self.columns - 1)))
  }

  private static func label(_ text: String) -> String {
    let cut = text.count > labelWidth ? text.prefix(labelWidth - 1) + "…" : text[...]
    return String(repeating: " ", count: labelWidth - cut.count) + cut
  }
}

/// The text without spaces at its end.
private func trimmed(_ text: String) -> String {
  String(text.reversed().drop { $0 == " " }.reversed())
}
