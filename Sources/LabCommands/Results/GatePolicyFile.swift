internal import ExperimentRunner
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// Reads a gate's policy: `gate.yaml`.
///
/// ```yaml
/// metrics:                       # what is watched; left out, the defaults
///   mse: {relative: 1e-6}        # a loss counts when it exceeds both limits; each is 0 by default
///   sqnr_db: {absolute: 1e-5, better: higher}
/// estimators:                    # other tolerances for one estimator, or for a rule
///   percentile[p=99.9]:
///     mse: {relative: 1e-3}
/// monotone: [mse]                # whose error must not grow with the bits
/// networks:                      # what is watched in rows of networks; left out, the defaults
///   right: {absolute: 1}         # right answers
///   output_mse: {relative: 1e-3}
/// ```
struct GatePolicyFile {
  private let document: YAMLDocument

  /// The policy of a file.
  ///
  /// - Throws: `ManifestError` with the locations of all faults.
  static func read(_ path: String) throws(ManifestError) -> GatePolicy {
    let file = GatePolicyFile(document: try YAMLDocument(path: path, what: "policy"))
    let policy = file.policy()
    try file.document.log.throwIfAny()
    return policy
  }

  private func policy() -> GatePolicy {
    var policy = GatePolicy()
    guard let root = document.root else { return policy }
    for entry in entries(root, "the policy") {
      switch entry.key {
      case "metrics": policy.metrics = tolerances(entry.value)
      case "estimators":
        for own in entries(entry.value, "estimators") {
          policy.overrides[own.key] = tolerances(own.value)
        }
      case "monotone": policy.monotoneEstimators = names(entry.value)
      case "networks": policy.networks = networkTolerances(entry.value)
      default: reportUnknown(entry, among: ["metrics", "estimators", "monotone", "networks"])
      }
    }
    return policy
  }

  private func tolerances(_ node: ManifestNode) -> [Metric: Tolerance] {
    entries(node, "metrics").reduce(into: [:]) { tolerances, entry in
      if let metric = Metric(name: entry.key) {
        tolerances[metric] = tolerance(entry.value, metric.name, metric.facts.better)
      } else {
        reportUnknown(entry, among: Metric.allCases.map(\.name))
      }
    }
  }

  private func networkTolerances(_ node: ManifestNode) -> [NetworkMetric: Tolerance] {
    entries(node, "networks").reduce(into: [:]) { tolerances, entry in
      if let metric = NetworkMetric(name: entry.key) {
        tolerances[metric] = tolerance(entry.value, metric.name, metric.better)
      } else {
        reportUnknown(entry, among: NetworkMetric.allCases.map(\.name))
      }
    }
  }

  private func tolerance(
    _ node: ManifestNode, _ name: String, _ usual: Metric.Direction
  ) -> Tolerance {
    var tolerance = Tolerance(better: usual)
    for entry in entries(node, name) {
      switch entry.key {
      case "absolute": tolerance.absolute = limit(entry)
      case "relative": tolerance.relative = limit(entry)
      case "better":
        let better = entry.value.scalar.flatMap(Metric.Direction.init)
        if better == nil {
          document.reader.mismatch(entry.value, "better", expected: "lower or higher")
        }
        tolerance.better = better ?? usual
      default: reportUnknown(entry, among: ["absolute", "relative", "better"])
      }
    }
    return tolerance
  }

  private func limit(_ entry: ManifestNode.Entry) -> Double {
    let number = document.reader.number(entry.value, entry.key) ?? 0
    if number < 0 {
      document.reader.mismatch(entry.value, entry.key, expected: "a number from 0")
    }
    return number
  }

  private func names(_ node: ManifestNode) -> [String] {
    guard case .sequence(let nodes) = node.content else {
      document.reader.mismatch(node, "monotone", expected: "a list of estimators")
      return []
    }
    return nodes.compactMap { item in
      if item.scalar == nil {
        document.reader.mismatch(item, "monotone", expected: "an estimator")
      }
      return item.scalar
    }
  }

  private func entries(_ node: ManifestNode, _ what: String) -> [ManifestNode.Entry] {
    guard case .mapping(let entries) = node.content else {
      document.reader.mismatch(node, what, expected: "a mapping")
      return []
    }
    return entries
  }

  private func reportUnknown(_ entry: ManifestNode.Entry, among known: [String]) {
    document.log.report(
      entry.keyLocation, "unknown \(quoted(entry.key))", expected: known.joined(separator: ", "),
      word: entry.key, known: known)
  }
}
