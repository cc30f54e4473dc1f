internal import Foundation
internal import QuantizationCore
internal import ResultRecords
internal import TensorIO

extension Inspection {
  /// The inspection for a terminal of 80 columns, with a newline after each line.
  package var text: String {
    let title = "\(printable(profile.tensor)), \(Self.shapeText(profile.shape))"
    let histogram = TerminalHistogram(profile.histogram)
    let bars = histogram.bars
    let parts =
      [title + "\n" + String(repeating: "=", count: title.count) + "\n\n" + statisticsText, bars]
      + grids.map { gridText($0, marking: bars.isEmpty ? nil : histogram) }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// `2 x 3`, or `scalar` without axes.
  static func shapeText(_ shape: [Int]) -> String {
    shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: " x ")
  }

  private var statisticsText: String {
    let lines = ProfileRemarks(profile).lines
    let width = lines.map(\.name.count).max() ?? 0
    return lines.map { line in
      let name = line.name + String(repeating: " ", count: width - line.name.count)
      guard let remark = line.remark else { return "\(name)  \(line.value)\n" }
      // A remark has a line of its own, so that the numbers stay in one column.
      return "\(name)  \(line.value)\n" + wrapped(remark, indent: "    ")
    }.joined()
  }

  private func gridText(_ grid: CodeGrid, marking histogram: TerminalHistogram?) -> String {
    let choices = choices(on: grid)
    var text = "\(grid.title)\n"
    if let histogram {
      for choice in choices {
        guard let parameters = choice.record.parameters else { continue }
        text +=
          histogram.mark(
            ClippingRange(parameters.lower, parameters.upper),
            label: printable(choice.record.key.estimator))
          + "\n"
      }
    }
    let table = InspectionTable(choices)
    return text + "\n" + table.text
      + table.remarks.map { wrapped($0, indent: "") }.joined()
  }

  /// Words broken at 80 columns, each line indented, with a newline after each.
  private func wrapped(_ text: String, indent: String) -> String {
    var lines: [String] = []
    var line = indent
    for word in text.split(separator: " ") {
      if line.count + word.count + 1 > 80, line.count > indent.count {
        lines.append(line)
        line = indent
      }
      line += (line.count > indent.count ? " " : "") + word
    }
    return (lines + [line]).map { $0 + "\n" }.joined()
  }
}
