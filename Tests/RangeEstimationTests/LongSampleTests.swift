import QuantizationCore
import QuantizationKernels
import RangeEstimation
import ScientificMath
import Testing

/// Samples beyond the number of values that are kept, against the same values kept.
@Suite struct LongSampleTests {
  /// One value more than is kept, heavy-tailed, in an order without structure.
  fileprivate static let values: [Float] = {
    var values = [Float](repeating: 0, count: SampleStatistics.exactCapacity + 1)
    do {
      var random = try RandomSource(seed: 7)
      try random.fill(&values, from: .studentT(degreesOfFreedom: 3))
    } catch {
      Issue.record(error)
    }
    return values
  }()

  private func sample(of batches: [ArraySlice<Float>]) -> SampleStatistics {
    var sample = SampleStatistics(shape: LaneShape(count: 0, rowLength: 1))
    for batch in batches { sample.observe(Array(batch).span) }
    sample.seal()
    return sample
  }

  @Test("ranks are those of the values to a share of 2^-11, the extremes exactly")
  func ranks() {
    let sample = sample(of: [Self.values[...]])
    let sorted = Self.values.sorted()
    #expect(!sample.isExact)
    #expect(sample.value(rank: 0) == Double(sorted[0]))
    #expect(sample.value(rank: sorted.count - 1) == Double(sorted[sorted.count - 1]))
    for rank in stride(from: 1, to: sorted.count - 1, by: 99_991) {
      let (found, exact) = (sample.value(rank: rank), Double(sorted[rank]))
      #expect(abs(found - exact) <= 0x1p-11 * abs(exact), "rank \(rank)")
    }
  }

  @Test("the least squared error is found to 2e-5, at every bit width, on both schemes")
  func leastSquares() throws {
    let sample = sample(of: [Self.values[...]])
    // The kept sample one value short: its optimum differs by less than its share, 2.4e-7.
    let kept = self.sample(of: [Self.values.dropLast()])
    #expect(kept.isExact)
    for bits in [2, 4, 8] {
      for family in [GridFamily.symmetricNarrow, .affineUnsigned] {
        let grid = CodeGrid(family, bits: try #require(BitWidth(bits)))
        let found = LeastSquares.solve(sample, on: grid).parameters
        let best = LeastSquares.solve(kept, on: grid).parameters
        let regret = kept.squaredError(of: found) / kept.squaredError(of: best) - 1
        #expect(regret < 2e-5, "\(grid): \(regret)")
      }
    }
  }

  @Test("neither split nor order shows")
  func order() throws {
    let values = Self.values
    let (first, second) = (values[..<1_000_000], values[1_000_000...])
    let grid = CodeGrid(.affineUnsigned, bits: try #require(BitWidth(4)))
    let answers = [[values[...]], [first, second], [second, first]].map {
      LeastSquares.solve(sample(of: $0), on: grid).parameters
    }
    #expect(answers[0] == answers[1] && answers[0] == answers[2])
    var merged = SampleStatistics(shape: LaneShape(count: 0, rowLength: 1))
    var rest = merged
    merged.observe(Array(second).span)
    rest.observe(Array(first).span)
    merged.merge(rest)
    merged.seal()
    #expect(LeastSquares.solve(merged, on: grid).parameters == answers[0])
  }
}

extension LongSampleTests {
  @Test("every rule answers a long lane or says why not")
  func everyRule() throws {
    let values = Self.values
    let source = TensorLanes(
      values: values,
      partition: try #require(LanePartition(shape: [1985, 2113], granularity: .tensor)))
    var calibration = Calibration(source)
    let grid = CodeGrid(.affineUnsigned, bits: try #require(BitWidth(4)))
    for descriptor in EstimatorRegistry.builtIn.descriptors {
      let named = try EstimatorRegistry.builtIn.make(descriptor.identifier)
      do {
        let found = try calibration.parameters(of: named.estimator, on: grid)[0]
        #expect(found.scale.isNormal && found.scale > 0, "\(named.name)")
      } catch let error as EstimationError {
        #expect(error.description.hasPrefix("not defined for"), "\(named.name): \(error)")
        // These look at each value, of a table at its points.
        #expect(!["lp", "gptq-grid", "hqq"].contains(descriptor.identifier), "\(error)")
      }
    }
  }
}
