internal import Foundation
internal import QuantizationCore
internal import RangeEstimation

/// Measures every estimator at every bit width from 2 to 8 and both schemes: the cost of its
/// statistic, and of all fourteen decisions after it.
struct EstimatorBench {
  private static let size = 65_536
  private static let grids = [GridFamily.symmetricNarrow, .affineUnsigned].flatMap { family in
    (2...8).compactMap(BitWidth.init).map { CodeGrid(family, bits: $0) }
  }

  private let registry: EstimatorRegistry
  private let values: [Float]
  private let clock: BenchClock

  init(_ registry: EstimatorRegistry, values: [Float], clock: BenchClock) {
    self.registry = registry
    self.values = Array(values.prefix(Self.size))
    self.clock = clock
  }

  func table() throws -> String {
    var lines = ["every estimator on \(values.count) values, 2 to 8 bits, symmetric and affine"]
    var (together, statistics) = (0.0, [ObjectIdentifier: Double]())
    for descriptor in registry.descriptors {
      let named = try registry.make(descriptor.identifier)
      let times = try measure(named.estimator)
      lines.append(line(named.name, times))
      if !descriptor.visitsEveryValue {
        together += times[1]
        statistics[kind(of: named.estimator), default: 0] = times[0]
      }
    }
    let name = "all that visit no value again, their statistics once"
    return (lines + [line(name, [statistics.values.reduce(0, +), together])])
      .joined(separator: "\n")
  }

  private func line(_ name: String, _ times: [Double]) -> String {
    let padding = String(repeating: " ", count: max(0, 24 - name.count))
    return String(
      format: "  %@ statistic %8.3f ms, decisions %9.3f ms", name + padding, times[0] * 1e3,
      times[1] * 1e3)
  }

  private func kind<Estimator: RangeRule>(of estimator: Estimator) -> ObjectIdentifier {
    ObjectIdentifier(Estimator.Statistics.self)
  }

  private func measure<Estimator: RangeRule>(_ estimator: Estimator) throws -> [Double] {
    // Each round has a new statistic, because the first decision fills its cache.
    var fresh = (0..<clock.rounds).map { _ in statistics(for: estimator) }
    return try clock.medians([
      { _ = self.statistics(for: estimator) },
      {
        let statistics = fresh.removeLast()
        for grid in Self.grids {
          do {
            _ = try estimator.parameters(from: statistics, on: grid)
          } catch EstimationError.notDefined {
            // An answer "not defined" counts too: some estimators know only one scheme.
          }
        }
      },
    ])
  }

  private func statistics<Estimator: RangeRule>(
    for estimator: Estimator
  ) -> Estimator.Statistics {
    var statistics = Estimator.Statistics(shape: LaneShape(count: values.count, rowLength: 256))
    statistics.observe(values.span)
    statistics.endBatch()
    statistics.seal()
    return statistics
  }
}
