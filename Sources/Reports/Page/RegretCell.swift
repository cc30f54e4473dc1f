internal import Foundation
internal import ResultAnalysis

/// How a regret stands in a table: the number, how dark it is shaded, and what the script sorts by.
struct RegretCell {
  /// How a regret compares with the others of its column.
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
  /// What stands where there is no ratio.
  var otherwise = "–"

  /// The upper ends of the shades, as ratios; what is beyond the last has the darkest.
  static let shades = [1.005, 1.05, 1.25, 2, 5]

  /// Where shades begin, in words.
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

  /// The logarithm of the ratio, which the script sorts by and adds up; what cannot be sorted has none.
  var value: String? {
    ratio.map { String(format: "%.9g", max(0, log($0))) }
  }

  /// The regret as people read it.
  var text: String { ratio.map(Self.text) ?? otherwise }

  /// Below this percentage a regret is next to nothing.
  private static let least = 0.05
  /// How many decimals percentages below a bound have; from the last on they are powers of ten.
  private static let decimals: [(below: Double, digits: Int)] = [(9.95, 1), (99_999.5, 0)]
  /// Logarithms of ratios that are the same.
  private static let tie = ComparisonMethod().tie
  private static let raised = "⁰¹²³⁴⁵⁶⁷⁸⁹"

  /// A regret as pages show it: next to nothing is not nothing, and large ones can be read.
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

  /// The numbers above, for the script, which forms the same texts and shades of means that it adds up.
  static var script: String {
    let ends = shades.map { String(format: "%.9g", log($0)) }.joined(separator: ", ")
    let forms = decimals.map { "[\($0.below), \($0.digits)]" }.joined(separator: ", ")
    return """
          const form = {
            tie: \(tie), shades: [\(ends)], least: \(least), decimals: [\(forms)], raised: "\(raised)",
          };

      """
  }

  /// A table cell with nothing but the regret.
  func markup(column: String) -> Markup {
    Markup("td", ["class": style, "data-col": column, "data-v": value]) { text }
  }
}
