import _TestSupport
import QuantizationCore
import RangeEstimation
import ScientificMath
import Synchronization
import Testing

/// An estimator under test: its answers for plain arrays, however they are fed.
struct Conformance: CustomTestStringConvertible, Sendable {
  /// The length of the rows that values fall into.
  static let rowLength = 8

  let named: NamedEstimator
  /// Whether rows matter, as they do under a softmax: such a rule may ask for whole rows and need
  /// follow neither scale nor sign of the data.
  let readsRows: Bool

  init(_ named: NamedEstimator) {
    self.named = named
    readsRows = Self.statisticIsOfRows(named.estimator)
  }

  private static func statisticIsOfRows<Estimator: RangeRule>(_: Estimator) -> Bool {
    Estimator.Statistics.self == LogitStatistics.self
  }

  var testDescription: String { named.name }

  /// Every estimator of a registry with its defaults, and with every word that one of its parameters
  /// may be instead of the default.
  static func all(_ registry: EstimatorRegistry) -> [Conformance] {
    registry.descriptors.flatMap { descriptor in
      ([[:]] + choices(of: descriptor)).compactMap {
        try? registry.make(descriptor.identifier, $0)
      }
    }.map(Conformance.init)
  }

  private static func choices(of descriptor: EstimatorDescriptor) -> [[String: ParameterValue]] {
    descriptor.parameters.flatMap { parameter -> [[String: ParameterValue]] in
      guard case .choice(let words) = parameter.domain else { return [] }
      return words.map { .word($0) }.filter { $0 != parameter.defaultValue }
        .map { [parameter.name: $0] }
    }
  }

  /// What became of a question: parameters, or the reason there are none.
  typealias Answer = Result<QuantizationParameters, EstimationError>

  func answer(_ values: [Float], on grid: CodeGrid) -> Answer {
    answer(batches: [[values]], on: grid)
  }

  /// The answer for statistics of batches each, merged in order.
  func answer(batches: [[[Float]]], on grid: CodeGrid) -> Answer {
    Self.answer(named.estimator, batches, grid)
  }

  private static func answer<Estimator: RangeRule>(
    _ estimator: Estimator, _ parts: [[[Float]]], _ grid: CodeGrid
  ) -> Answer {
    let shape = LaneShape(count: parts.joined().joined().count, rowLength: rowLength)
    var whole = Estimator.Statistics(shape: shape)
    for batches in parts {
      var part = Estimator.Statistics(shape: shape)
      for batch in batches { part.observe(batch.span) }
      whole.merge(part)
    }
    whole.seal()
    do {
      return .success(try estimator.parameters(from: whole, on: grid))
    } catch {
      return .failure(error)
    }
  }
}

/// The data that laws are tried on: whole rows, two-sided, one-sided and with repeated values.
enum ConformanceData {
  static let samples: [[Float]] = (0..<4).compactMap { kind in
    guard var samples = try? TestSamples(seed: UInt64(200 + kind)) else { return nil }
    return try? samples.shaped([1, 4, 5, 6][kind], count: 20 * Conformance.rowLength)
  }

  /// Grids on which each law is checked; the wide ones only where a law says so.
  static let byteGrids = grids(bits: [2, 3, 4, 8])
  static let wideGrids = grids(bits: [11, 16])

  /// Lanes near the end of Float32, by name.
  static let huge: [(name: String, values: [Float])] = {
    let greatest = Float.greatestFiniteMagnitude
    let ramp = (0..<40).map { (Float($0) / 20 - 0.975) }
    return [
      ("both ends", [greatest, -greatest, 0, 1, 1e38]), ("the largest", [greatest]),
      ("its negative", [-greatest, -greatest]), ("a mask", ramp.map { $0 < 0 ? 0 : -3.4e38 }),
      ("a mask of lowest values", ramp.map { $0 < 0 ? -greatest : 0 }),
      ("a mask among scores", ramp.map { $0 < -0.5 ? -3.4e38 : 3 * $0 }),
      ("a ramp", ramp.map { $0 * 3.4e38 }), ("one side", ramp.map { abs($0) * 3.4e38 }),
      ("one outlier", ramp + [3.3e38]), ("thirds", [greatest / 3, -greatest, greatest / 3]),
    ]
  }()

  /// The certified optimum of a huge lane up to 8 bits, found once for all estimators.
  static func hugeOptimum(_ name: String, _ sample: SampleStatistics, _ grid: CodeGrid) -> Double? {
    hugeOptima.withLock { known in
      guard grid.bits.count <= 8 else { return nil }
      let key = "\(name) \(grid.family) \(grid.bits)"
      let optimum = known[key] ?? LeastSquares.solve(sample, on: grid).lowerBound
      known[key] = optimum
      return optimum
    }
  }

  private static let hugeOptima = Mutex<[String: Double]>([:])
}
