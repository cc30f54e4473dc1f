internal import Foundation

extension NumberFormat {
  /// A number with some significant digits.
  static func short(_ value: Double, digits: Int = 5) -> String {
    String(format: "%.\(digits)g", value)
  }

  /// A share as a percentage in which even the smallest is visible: `0 %`, `0.0021 %`, `12 %`, `100
  /// %`.
  static func share(_ share: Double) -> String {
    switch share {
    case 0: "0 %"
    case ..<0.1: String(format: "%.2g %%", 100 * share)
    // A share below 1 is not rounded to 100 %.
    case 0.995..<1: String(format: "%.7g %%", 100 * share)
    default: String(format: "%.0f %%", 100 * share)
    }
  }
}
