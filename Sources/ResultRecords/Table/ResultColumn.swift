internal import QuantizationCore
internal import TensorIO

/// A column of `results.csv`: its name, its unit, and the values it may have.
///
/// The one place that says so; every reader of results holds to it.
package struct ResultColumn: Sendable {
  /// What the values of a column are.
  package enum Domain: Sendable {
    /// A text that is not empty.
    case name
    /// Any text, or none.
    case text
    /// One of some words, or a form that words have; what is expected.
    case words(String)
    /// A whole number in a range; of other columns of the row it may depend further.
    case whole(ClosedRange<Int>)
    /// A finite number in a range, in decimal notation; where said so, `inf` too.
    case number(ClosedRange<Double>, orInfinite: Bool = false)
  }

  /// When a row has a value here.
  package enum Presence: Sendable {
    /// In every row.
    case always
    /// In the rows of cells of tensors that were measured, and in no others.
    case measured
    /// In some of the rows of cells that were measured, together with the other columns of a group.
    case sometimes(Group)
  }

  /// Columns that have values in the same rows.
  package enum Group: Sendable {
    /// The quantizer of a cell with one lane.
    case quantizer
    /// The certified optimum.
    case optimum
    /// The batches of a cell that holds some out, measured or not.
    case split
  }

  /// The name in the header.
  package let name: String
  /// The unit, for people; empty where there is none.
  package let unit: String
  /// The values.
  package let domain: Domain
  /// The rows that have one.
  package let presence: Presence

  private init(_ name: String, _ domain: Domain, _ presence: Presence = .always, unit: String = "")
  {
    (self.name, self.unit, self.domain, self.presence) = (name, unit, domain, presence)
  }

  private init(_ metric: Metric) {
    let facts = metric.facts
    (name, unit, domain) = (facts.name, facts.unit, facts.domain)
    presence =
      switch facts.group {
      case .error: .measured
      case .optimum: .sometimes(.optimum)
      }
  }

  private static let counts = 0...Int.max
  private static let scales =
    Double(Float.leastNormalMagnitude)...Double(Float.greatestFiniteMagnitude)
  private static let own = "the tensor's unit"

  /// Every column, in order; later ones go at the end.
  package static let all =
    setting + Metric.errors.map { ResultColumn($0) } + outcome
    + Metric.ofOptimum.map { ResultColumn($0) } + split + storage

  /// What was quantized, how, and with what quantizer.
  private static let setting = [
    ResultColumn("tensor", .words("a name, or model:NAME@DATA")),
    ResultColumn("elements", .whole(counts), unit: "values measured"),
    ResultColumn("estimator", .name),
    ResultColumn("bits", .whole(BitWidth.allowed)),
    ResultColumn("scheme", .words("symmetric or affine")),
    ResultColumn("grid", .words("narrow, full, unsigned or signed, as the scheme has it")),
    ResultColumn("granularity", .words(Granularity.expectation)),
    ResultColumn("lanes", .whole(counts), unit: "quantizers"),
    ResultColumn("scale", .number(scales), .sometimes(.quantizer), unit: own),
    ResultColumn("zero_point", .whole(Int.min...Int.max), .sometimes(.quantizer), unit: "code"),
    ResultColumn("lower", .number(.finite), .sometimes(.quantizer), unit: own),
    ResultColumn("upper", .number(.finite), .sometimes(.quantizer), unit: own),
  ]

  /// What became of the cell.
  private static let outcome = [
    ResultColumn("status", .words("ok, degenerate, 'skipped: WHY' or 'failed: WHY'")),
    ResultColumn("notes", .text),
  ]

  /// The batches of held-out cells.
  private static let split = [
    ResultColumn("calibration", .words("batches such as 0..3"), .sometimes(.split)),
    ResultColumn("held_out", .words("batches such as 4..15"), .sometimes(.split)),
  ]

  /// What the cell costs to store.
  private static let storage = [
    ResultColumn(
      "bits_per_value", .number(1...Double.greatestFiniteMagnitude), .measured, unit: "bits")
  ]
}

extension ResultColumn.Domain {
  /// What a value should be, in words.
  var expected: String {
    switch self {
    case .name: "a name"
    case .text: "text"
    case .words(let words): words
    case .whole(let range):
      range.upperBound < .max
        ? "a whole number from \(range.lowerBound) to \(range.upperBound)"
        : "a whole number" + (range.lowerBound > .min ? " from \(range.lowerBound)" : "")
    case .number(let range, let orInfinite):
      Self.words(range) + (orInfinite ? ", or inf" : "")
    }
  }

  private static func words(_ range: ClosedRange<Double>) -> String {
    let isFree = range.lowerBound <= -Double.greatestFiniteMagnitude
    guard range.upperBound < .greatestFiniteMagnitude else {
      return isFree ? "a finite number" : "a finite number from \(short(range.lowerBound))"
    }
    return "a number from \(short(range.lowerBound)) to \(short(range.upperBound))"
  }

  /// Whole numbers without decimals, and without the slack for rounding.
  private static func short(_ value: Double) -> String {
    abs(value - value.rounded()) <= 1e-8 && abs(value) < 1e9 && (value == 0 || abs(value) > 0.5)
      ? "\(Int(value.rounded()))" : "\(value)"
  }

  /// The number of a cell; nothing where it is none of the domain's.
  func number(_ text: String) -> Double? {
    guard case .number(let range, let orInfinite) = self else { return nil }
    if text == "inf" { return orInfinite ? .infinity : nil }
    return decimalNumber(text).flatMap { range.contains($0) ? $0 : nil }
  }

  /// The whole number of a cell; nothing where it is none of the domain's.
  func whole(_ text: String) -> Int? {
    guard case .whole(let range) = self else { return nil }
    return Int(text).flatMap { range.contains($0) ? $0 : nil }
  }
}
