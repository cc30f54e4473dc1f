/// A number that results may have: what it is called, what it means, and which way is better.
///
/// The one list of them: columns of `results.csv`, JSON, `rangelab list metrics`, policies of the gate
/// and tables take names, order, domains and units from here. A new metric is a case with its facts;
/// besides, only what computes it has to know of it.
package enum Metric: Int, CaseIterable, Sendable {
  case mse
  case clippingMSE
  case roundingMSE
  case clippedFraction
  case sqnr
  case maximumError
  case cosine
  case optimalMSE
  case regret
  case certificate

  /// Metrics that the same records have.
  package enum Group: Sendable {
    /// The error of a quantized tensor: every measured cell of a tensor has all of them.
    case error
    /// How far that is from the least error possible: where the optimum is certified.
    case optimum
  }

  /// Which way is better.
  package enum Direction: String, CaseIterable, Sendable {
    case lower
    case higher
  }

  /// What is known of a metric.
  package struct Facts: Sendable {
    /// The name in files and on command lines.
    package let name: String
    /// The name in tables for people, with the unit where it needs one.
    package let title: String
    /// The records that have it.
    package let group: Group
    /// The unit, for people; empty where there is none.
    package let unit: String
    /// The values it may have.
    package let domain: ResultColumn.Domain
    /// The direction that is better unless a policy says otherwise.
    package let better: Direction
    /// Whether a change reads best as a share of the value; of decibels it does not.
    package let isRelative: Bool
    /// How many digits tables for people show behind the point; nil for three significant ones.
    package let decimals: Int?
    /// A line that says what it is.
    package let meaning: String

    fileprivate init(
      _ name: String, title: String? = nil, in group: Group = .error, unit: String = "",
      _ domain: ResultColumn.Domain, better: Direction = .lower, isRelative: Bool = false,
      decimals: Int? = nil, _ meaning: String
    ) {
      (self.name, self.title, self.group, self.unit) = (name, title ?? name, group, unit)
      (self.domain, self.better, self.isRelative) = (domain, better, isRelative)
      (self.decimals, self.meaning) = (decimals, meaning)
    }
  }

  /// What is known of the metric.
  package var facts: Facts {
    switch self {
    case .mse:
      Facts(
        "mse", title: "MSE", unit: .squared, .errors, isRelative: true,
        "mean of (x - x^)^2 over all elements; clipping_mse + rounding_mse")
    case .clippingMSE:
      Facts(
        "clipping_mse", title: "clipping MSE", unit: .squared, .errors, isRelative: true,
        "the part of mse from values beyond the outermost level")
    case .roundingMSE:
      Facts(
        "rounding_mse", title: "rounding MSE", unit: .squared, .errors, isRelative: true,
        "the rest of mse")
    case .clippedFraction:
      Facts(
        "clipped_fraction", title: "values clipped", unit: "share of the values", .shares,
        "the share of values beyond the outermost level")
    case .sqnr:
      Facts(
        "sqnr_db", title: "SQNR, dB", unit: "dB", .number(.finite, orInfinite: true),
        better: .higher, decimals: 1,
        "10 log10(sum x^2 / sum (x - x^)^2) dB; inf without error")
    case .maximumError:
      Facts(
        "max_abs_error", title: "largest error", unit: "the tensor's unit", .errors,
        isRelative: true, "the largest |x - x^|")
    case .cosine:
      // Rounding takes the cosine of equal vectors past 1 by some units in the last place.
      Facts(
        "cosine", .number((-1 - 1e-9)...(1 + 1e-9)), better: .higher,
        "x.x^ / (|x| |x^|)")
    case .optimalMSE:
      Facts(
        "optimal_mse", title: "optimal MSE", in: .optimum, unit: .squared, .errors,
        isRelative: true,
        "the least mse of any quantizers on these values, certified up to 8 bits")
    case .regret:
      Facts(
        "regret", in: .optimum, unit: "mse / optimal_mse - 1",
        .number(0...Double.greatestFiniteMagnitude, orInfinite: true),
        "how much more error than the least possible; 0 within the certificate")
    case .certificate:
      Facts(
        "certificate", in: .optimum, unit: "share of optimal_mse", .shares,
        "how far below optimal_mse the proven lower bound is, as a share of it")
    }
  }

  /// The name in files and on command lines.
  package var name: String { facts.name }

  /// The metric that has a name.
  package init?(name: String) {
    guard let metric = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = metric
  }

  /// Every metric of ``Group/error``, in order.
  package static let errors = allCases.filter { $0.facts.group == .error }

  /// Every metric of ``Group/optimum``, in order.
  package static let ofOptimum = allCases.filter { $0.facts.group == .optimum }
}

extension String {
  fileprivate static let squared = "square of the tensor's unit"
}

extension ClosedRange<Double> {
  /// Every finite number.
  static let finite = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
}

extension ResultColumn.Domain {
  fileprivate static let errors = number(0...Double.greatestFiniteMagnitude)
  fileprivate static let shares = number(0...1)
}
