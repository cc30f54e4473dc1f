import QuantizationCore
import RangeEstimation
import ScientificMath
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

  private static func statisticIsOfRows<Estimator: RangeEstimator>(_: Estimator) -> Bool {
    Estimator.Statistics.self == LogitStatistics.self
  }

  var testDescription: String { named.name }

  /// Every estimator of a registry with its defaults.
  static func all(_ registry: EstimatorRegistry) -> [Conformance] {
    registry.descriptors.compactMap { try? registry.make($0.identifier) }.map(Conformance.init)
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

  private static func answer<Estimator: RangeEstimator>(
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

  /// Grids on which each law is checked; the wide one only where a law says so.
  static let byteGrids = grids(bits: [2, 4, 8])
  static let wideGrids = grids(bits: [16])
}
