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

  /// A share as a percentage without decimals.
  static func percent(_ value: Double?) -> String {
    value.map { String(format: "%.0f %%", 100 * $0) } ?? "–"
  }
}
