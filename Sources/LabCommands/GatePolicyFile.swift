internal import Foundation
internal import ResultAnalysis
internal import Yams

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
/// ```
struct GatePolicyFile {
  private let path: String

  /// The policy of a file.
  ///
  /// - Throws: `LabFailure` with the place of what is wrong.
  static func read(_ path: String) throws -> GatePolicy {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw LabFailure("error: \(path): cannot be opened", .missingInput)
    }
    return try GatePolicyFile(path: path).policy(String(decoding: data, as: UTF8.self))
  }

  private func policy(_ text: String) throws -> GatePolicy {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      throw LabFailure("\(path): error: not YAML: \(error)", .badInput)
    }
    var policy = GatePolicy()
    guard let root else { return policy }
    let known = ["metrics", "estimators", "monotone"]
    for (key, value) in try pairs(root, "the policy") {
      switch key.string {
      case "metrics": policy.metrics = try tolerances(value)
      case "estimators":
        for (name, own) in try pairs(value, "estimators") {
          policy.overrides[name.string] = try tolerances(own)
        }
      case "monotone": policy.monotoneEstimators = try names(value)
      default: throw unknown(key, among: known)
      }
    }
    return policy
  }

  private func tolerances(_ node: Node) throws -> [GateMetric: Tolerance] {
    var tolerances: [GateMetric: Tolerance] = [:]
    for (key, value) in try pairs(node, "metrics") {
      guard let metric = GateMetric(rawValue: key.string) else {
        throw unknown(key, among: GateMetric.allCases.map(\.rawValue))
      }
      tolerances[metric] = try tolerance(value, for: metric)
    }
    return tolerances
  }

  private func tolerance(_ node: Node, for metric: GateMetric) throws -> Tolerance {
    var tolerance = Tolerance(better: metric.better)
    for (key, value) in try pairs(node, metric.rawValue) {
      switch key.string {
      case "absolute": tolerance.absolute = try limit(value)
      case "relative": tolerance.relative = try limit(value)
      case "better":
        guard let better = value.scalar.flatMap({ GateMetric.Direction(rawValue: $0.string) })
        else { throw fault(value, "expected lower or higher") }
        tolerance.better = better
      default: throw unknown(key, among: ["absolute", "relative", "better"])
      }
    }
    return tolerance
  }

  private func limit(_ node: Node) throws -> Double {
    guard let limit = node.scalar.flatMap({ Double($0.string) }), limit >= 0, limit.isFinite else {
      throw fault(node, "expected a number from 0")
    }
    return limit
  }

  private func names(_ node: Node) throws -> [String] {
    guard let sequence = node.sequence else { throw fault(node, "expected a list of estimators") }
    return try sequence.map { item in
      guard let name = item.scalar?.string else { throw fault(item, "expected an estimator") }
      return name
    }
  }

  private func pairs(_ node: Node, _ what: String) throws -> [(Node.Scalar, Node)] {
    guard let mapping = node.mapping else { throw fault(node, "expected \(what) as a mapping") }
    return try mapping.map { key, value in
      guard let scalar = key.scalar else { throw fault(key, "expected a name") }
      return (scalar, value)
    }
  }

  private func unknown(_ key: Node.Scalar, among known: [String]) -> LabFailure {
    fault(.scalar(key), "unknown '\(key.string)'; expected \(known.joined(separator: ", "))")
  }

  private func fault(_ node: Node, _ message: String) -> LabFailure {
    let place = node.mark.map { ":\($0.line):\($0.column)" } ?? ""
    return LabFailure("\(path)\(place): error: \(message)", .badInput)
  }
}
