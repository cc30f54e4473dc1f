internal import Foundation
internal import QuantizationCore
internal import ResultRecords
internal import TensorIO

/// The number formats of tables for people.
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

  /// A value of a metric in the format of the metric.
  static func text(_ value: Double?, _ metric: Metric) -> String {
    guard let value else { return "–" }
    return metric.facts.decimals.map { String(format: "%.\($0)f", value) } ?? short(value)
  }

  /// The excess of a ratio over 1 as a percentage: `3.2 %`, `45 %`, `5.2e+06 %`.
  static func regret(ofRatio ratio: Double?) -> String {
    guard let percent = ratio.map({ 100 * ($0 - 1) }) else { return "–" }
    return switch percent {
    case ..<0.05: "0 %"
    case ..<9.95: String(format: "%.1f %%", percent)
    case ..<99_999.5: String(format: "%.0f %%", percent)
    default: String(format: "%.1e %%", percent)
    }
  }

  /// The difference of a ratio from 1 as a percentage with sign: `+3.2 %`, `−45 %`.
  static func change(_ ratio: Double) -> String {
    guard ratio < 1 else { return (ratio < 1.0005 ? "" : "+") + regret(ofRatio: ratio) }
    let size = 100 * (1 - ratio)
    return size < 0.05 ? "0 %" : "−" + String(format: size < 9.95 ? "%.1f %%" : "%.0f %%", size)
  }

  /// A count in groups of three digits: `7 034`, with narrow no-break spaces.
  static func count(_ value: Int) -> String {
    let digits = Array(String(value))
    return digits.indices.map { index in
      let isGroup =
        index > 0 && (digits.count - index).isMultiple(of: 3) && digits[index - 1] != "-"
      return (isGroup ? "\u{202F}" : "") + String(digits[index])
    }.joined()
  }

  /// A count in groups of three digits, with its noun.
  static func counted(_ value: Int, _ noun: String, _ plural: String? = nil) -> String {
    TensorIO.counted(value, noun, plural, number: count)
  }

  /// An error or a scale with three digits: `0.0123`, `4.56e-07`.
  static func short(_ value: Double?) -> String { value.map { String(format: "%.3g", $0) } ?? "–" }

  /// A share as a percentage without decimals.
  static func percent(_ value: Double?) -> String {
    value.map { String(format: "%.0f %%", 100 * $0) } ?? "–"
  }
}

extension GridFamily {
  /// The name in headings.
  var title: String { "\(scheme.rawValue) (\(gridName))" }
}
