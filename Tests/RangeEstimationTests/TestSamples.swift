import RangeEstimation
import ScientificMath

extension SampleStatistics {
  /// A sealed sample.
  init(_ values: [Float]) {
    self.init(shape: LaneShape(count: values.count, rowLength: 1))
    observe(values.span)
    seal()
  }
}

/// Seeded data of many shapes.
struct TestSamples: ~Copyable {
  private var source: RandomSource

  init(seed: UInt64) throws { source = try RandomSource(seed: seed) }

  /// A whole number below `count`.
  mutating func index(below count: Int) -> Int { Int(source.nextWord() % UInt64(count)) }

  /// Values drawn from a distribution.
  mutating func draw(_ count: Int, from distribution: Distribution) throws -> [Float] {
    var values = [Float](repeating: 0, count: count)
    try source.fill(&values, from: distribution)
    return values
  }

  /// The shapes a search may stumble over, by number.
  ///
  /// Light and heavy tails, one-sided, skewed, lattice, sparse, rounded, with an outlier, tiny.
  mutating func shaped(_ shape: Int, count: Int) throws -> [Float] {
    switch shape % 12 {
    case 0: return try draw(count, from: .gaussian())
    case 1: return try draw(count, from: .laplace())
    case 2: return try draw(count, from: .studentT(degreesOfFreedom: 3))
    case 3: return try draw(count, from: .uniform())
    case 4: return try draw(count, from: .gaussian()).map { max(0, $0) }
    case 5: return try draw(count, from: .gaussian()).map { ($0 * 4).rounded() / 4 }
    case 6: return try draw(count, from: .gaussian()).map { $0 < 0 ? $0 : 3 * $0 + 1 }
    case 7: return try draw(count, from: .lognormal()).map { -$0 }
    case 8: return try draw(count, from: .gaussian()).map { abs($0) < 1.5 ? 0 : $0 }
    case 9: return try draw(count, from: .gaussian()) + [40]
    case 10: return try draw(count, from: .cauchy())
    default: return try draw(count, from: .gaussian(standardDeviation: 1e-6)).map { $0 + 1e-6 }
    }
  }
}
