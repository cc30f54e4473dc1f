internal import Foundation

/// How tables people read show numbers.
///
/// Files for machines have full precision instead.
enum NumberFormat {
  /// A ratio to the best, such as `1.00`, `3.27`, `41.3` or `5.2e+03`.
  static func ratio(_ value: Double?) -> String {
    guard let value else { return "–" }
    return switch value {
    case ..<9.995: String(format: "%.2f", value)
    case ..<999.95: String(format: "%.1f", value)
    default: String(format: "%.1e", value)
    }
  }

  /// Decibels with one decimal.
  static func decibels(_ value: Double?) -> String {
    value.map { String(format: "%.1f", $0) } ?? "–"
  }

  /// What a ratio is above 1, as a percentage: `3.2 %`, `45 %`, `5.2e+06 %`.
  static func regret(ofRatio ratio: Double?) -> String {
    guard let percent = ratio.map({ 100 * ($0 - 1) }) else { return "–" }
    return switch percent {
    case ..<0.05: "0 %"
    case ..<9.95: String(format: "%.1f %%", percent)
    case ..<99_999.5: String(format: "%.0f %%", percent)
    default: String(format: "%.1e %%", percent)
    }
  }

  /// A share as a percentage without decimals.
  static func percent(_ value: Double?) -> String {
    value.map { String(format: "%.0f %%", 100 * $0) } ?? "–"
  }
}
