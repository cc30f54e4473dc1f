package import ResultRecords

/// The metrics that a gate watches, and their tolerances.
package struct GatePolicy: Sendable {
  /// The metrics watched, for every estimator.
  package var metrics: [Metric: Tolerance]
  /// Other tolerances for some estimators: by full name (`percentile[p=99]`) or by identifier
  /// (`percentile`); the full name takes precedence.
  package var overrides: [String: [Metric: Tolerance]]
  /// Estimators whose error must not grow with the number of bits, by full name.
  ///
  /// The error of the optimum never grows; that of an estimator that does not measure it may.
  package var monotoneEstimators: [String]
  /// The metrics watched in rows of networks.
  package var networks: [NetworkMetric: Tolerance]

  /// Creates a policy.
  package init(
    metrics: [Metric: Tolerance] = Self.defaultMetrics,
    overrides: [String: [Metric: Tolerance]] = [:], monotoneEstimators: [String] = ["mse"],
    networks: [NetworkMetric: Tolerance] = Self.defaultNetworks
  ) {
    self.metrics = metrics
    self.networks = networks
    self.overrides = overrides
    self.monotoneEstimators = monotoneEstimators
  }

  /// The tolerances without a policy file: a millionth, the accuracy that the lab promises for an
  /// error, and the equivalent in decibels.
  package static let defaultMetrics: [Metric: Tolerance] = [
    .mse: Tolerance(better: .lower, relative: 1e-6),
    .optimalMSE: Tolerance(better: .lower, relative: 1e-6),
    .sqnr: Tolerance(better: .higher, absolute: 1e-5),
  ]

  /// The tolerances for rows of networks without a policy file.
  ///
  /// Quantizers are computed in float, so that the error of the outputs is the same on every run. Sums in
  /// another order, on another processor, may take a value over the edge between two codes: that is
  /// less than a thousandth of the error, and at most one answer.
  package static let defaultNetworks: [NetworkMetric: Tolerance] = [
    .right: Tolerance(better: .higher, absolute: 1),
    .outputMSE: Tolerance(better: .lower, relative: 1e-3),
  ]

  /// The tolerances for an estimator.
  package func tolerances(for estimator: String) -> [Metric: Tolerance] {
    let rule = String(estimator.prefix { $0 != "[" })
    let special = [overrides[rule], rule == estimator ? nil : overrides[estimator]]
    return special.compactMap { $0 }.reduce(metrics) { $0.merging($1) { _, own in own } }
  }

  /// The names in the policy that match none of the given estimators.
  package func unusedNames(among estimators: Set<String>) -> [String] {
    let rules = Set(estimators.map { String($0.prefix { $0 != "[" }) })
    let known = overrides.keys.filter { !estimators.contains($0) && !rules.contains($0) }
    return known.sorted()
  }
}
