internal import Foundation
internal import ResultAnalysis

/// A table cell with a regret: its text, its shade, and the value by which the script sorts.
struct RegretCell {
  /// The rank of a regret in its column.
  enum Rank {
    /// The least of the column.
    case best
    /// The next one.
    case second
    /// Any other.
    case other
  }

  let ratio: Double?
  var rank = Rank.other
  /// The text if there is no ratio.
  var otherwise = "–"

  /// The upper ends of the shades, as ratios; larger ratios have the darkest shade.
  static let shades = [1.005, 1.05, 1.25, 2, 5]

  /// The ends of the shades, in words.
  static var shadeText: String {
    let ends = shades.map { String(format: "%g", 100 * ($0 - 1)) }
    return ends.dropLast().joined(separator: ", ") + " and \(ends.last ?? "")\u{A0}%"
  }

  /// The shade of a ratio, from 0 for none.
  static func shade(_ ratio: Double) -> Int {
    shades.firstIndex { ratio < $0 } ?? shades.count
  }

  /// The class names of the cell.
  var style: String? {
    guard let ratio else { return nil }
    let mark =
      switch rank {
      case .best: " best"
      case .second: " second"
      case .other: ""
      }
    return "s\(Self.shade(ratio))\(mark)"
  }

  /// The logarithm of the ratio, which the script sorts and adds up; nil without a ratio.
  var value: String? {
    ratio.map { String(format: "%.9g", max(0, log($0))) }
  }

  /// The text of the regret.
  var text: String { ratio.map(Self.text) ?? otherwise }

  /// A smaller percentage is printed as less than 0.1.
  private static let least = 0.05
  /// The number of decimals of percentages below a bound; above the last bound they are powers of
  /// ten.
  private static let decimals: [(below: Double, digits: Int)] = [(9.95, 1), (99_999.5, 0)]
  /// The greatest difference of logarithms of equal ratios.
  private static let tie = ComparisonMethod().tie
  private static let raised = "⁰¹²³⁴⁵⁶⁷⁸⁹"

  /// The text of a regret: small ones are distinguished from zero, and large ones are readable.
  static func text(ofRatio ratio: Double) -> String {
    let percent = 100 * (ratio - 1)
    guard percent >= least else { return ratio - 1 > tie ? "<0.1 %" : "0 %" }
    if let form = decimals.first(where: { percent < $0.below }) {
      return form.digits == 0
        ? "\(NumberFormat.count(Int(percent.rounded()))) %"
        : String(format: "%.\(form.digits)f %%", percent)
    }
    let parts = String(format: "%.1e", percent).split(separator: "e")
    let power = Int(parts[parts.count - 1]).map { "\($0)" } ?? ""
    let signs = Array(raised)
    return "\(parts[0])·10\(String(power.compactMap { $0.wholeNumberValue.map { signs[$0] } })) %"
  }

  /// The same constants for the script, which formats means in the same way.
  static var script: String {
    let ends = shades.map { String(format: "%.9g", log($0)) }.joined(separator: ", ")
    let forms = decimals.map { "[\($0.below), \($0.digits)]" }.joined(separator: ", ")
    return """
          const form = {
            tie: \(tie), shades: [\(ends)], least: \(least), decimals: [\(forms)], raised: "\(raised)",
          };

      """
  }

  /// A table cell with only the regret.
  func markup(column: String) -> Markup {
    Markup("td", ["class": style, "data-col": column, "data-v": value]) { text }
  }
}
