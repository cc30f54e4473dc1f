internal import Foundation
internal import ResultAnalysis

/// How a regret stands in a table: the number, how dark it is shaded, and what the script sorts by.
struct RegretCell {
  /// How a regret compares with the others of its column.
  enum Place {
    /// The least of the column.
    case best
    /// The next one.
    case second
    /// Any other.
    case other
  }

  let ratio: Double?
  var place = Place.other
  /// What stands where there is no ratio.
  var otherwise = "–"

  /// The upper ends of the shades, as ratios; what is beyond the last has the darkest.
  static let shades = [1.005, 1.05, 1.25, 2, 5]

  /// Whether two ratios are the same for all that the lab promises.
  static func isSame(_ left: Double?, _ right: Double?) -> Bool {
    guard let left, let right else { return false }
    return abs(left / right - 1) <= ComparisonMethod().tie
  }

  /// The shade of a ratio, from 0 for none.
  static func shade(_ ratio: Double) -> Int {
    shades.firstIndex { ratio < $0 } ?? shades.count
  }

  /// The class names of the cell.
  var style: String? {
    guard let ratio else { return nil }
    let mark =
      switch place {
      case .best: " best"
      case .second: " second"
      case .other: ""
      }
    return "s\(Self.shade(ratio))\(mark)"
  }

  /// The regret with six digits, for the script; what cannot be sorted has none.
  var value: String? {
    ratio.map { String(format: "%.6g", max(0, $0 - 1)) }
  }

  /// The regret as people read it.
  var text: String { ratio.map(Self.text) ?? otherwise }

  /// A regret as pages show it: next to nothing is not nothing, and large ones can be read.
  ///
  /// The script writes the same.
  static func text(ofRatio ratio: Double) -> String {
    let percent = 100 * (ratio - 1)
    switch percent {
    case ..<0.05: return ratio - 1 > ComparisonMethod().tie ? "<0.1 %" : "0 %"
    case ..<9.95: return String(format: "%.1f %%", percent)
    case ..<99_999.5: return "\(NumberFormat.count(Int(percent.rounded()))) %"
    default:
      let parts = String(format: "%.1e", percent).split(separator: "e")
      let power = Int(parts[parts.count - 1]).map { "\($0)" } ?? ""
      return
        "\(parts[0])·10\(String(power.compactMap { $0.wholeNumberValue.map { raised[$0] } })) %"
    }
  }

  private static let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")

  /// A table cell with nothing but the regret.
  func markup(column: String) -> Markup {
    Markup("td", ["class": style, "data-col": column, "data-v": value]) { text }
  }
}
