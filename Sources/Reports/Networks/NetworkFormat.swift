internal import Foundation
internal import ResultAnalysis
internal import ResultRecords
internal import ScientificMath

/// The formats of numbers about networks, for pages and tables.
enum NetworkFormat {
  /// A share in per cent with two decimals, such as `93.20 %`.
  static func share(_ value: Double?) -> String {
    value.map { String(format: "%.2f %%", 100 * $0) } ?? "–"
  }

  /// An interval of a share, such as `91.47 to 94.60`.
  static func interval(_ value: ClosedRange<Double>?) -> String {
    value.map { String(format: "%.2f to %.2f", 100 * $0.lowerBound, 100 * $0.upperBound) } ?? "–"
  }

  /// An accuracy that was lost, in percentage points; a gain has a minus.
  static func points(_ value: Double?) -> String {
    value.map { signed(String(format: "%.2f", 100 * $0)) } ?? "–"
  }

  /// A ratio in decibels.
  static func decibels(_ value: Double) -> String {
    if value.isNaN { return "–" }
    return value.isInfinite ? (value > 0 ? "∞" : "−∞") : signed(String(format: "%.1f", value))
  }

  /// A rank correlation with its interval.
  static func correlation(_ value: RankCorrelation?) -> String? {
    value.map {
      signed(
        String(
          format: "%.2f (%.2f to %.2f)", $0.value, $0.interval.lowerBound, $0.interval.upperBound))
    }
  }

  /// What a rule keeps, in words: its accuracy or, without labels, the ratio of its outputs.
  static func kept(_ entry: NetworkWidth.Entry) -> String {
    guard entry.figures.accuracy != nil else {
      return decibels(entry.figures.outputSqnrDb) + " dB"
    }
    return share(entry.figures.accuracy)
  }

  /// A minus sign in place of a hyphen, none before zero.
  private static func signed(_ text: String) -> String {
    let isZero = !text.contains { ("1"..."9").contains($0) }
    return (isZero ? text.replacing("-", with: "") : text).replacing("-", with: "−")
  }
}
