import QuantizationCore
import RangeEstimation
import ScientificMath
import Testing

/// Tensors whose values come batch by batch, from whoever has them.
@Suite struct TensorObserverTests {
  private static let shapes = [[3, 4, 6], [1, 4, 6], [5, 4, 6]]
  private static let rules = [
    "minmax", "mse", "percentile", "mean-minmax", "kl", "torch-histogram",
  ]

  private func batches() throws -> [[Float]] {
    var samples = try TestSamples(seed: 21)
    return try Self.shapes.map { try samples.draw($0.reduce(1, *), from: .laplace()) }
  }

  private func estimators() throws -> [any RangeRule] {
    try Self.rules.map { try EstimatorRegistry.builtIn.parse($0).estimator }
  }

  /// What calibration of the same batches answers.
  private func expected(_ rule: String, _ granularity: Granularity, _ grid: CodeGrid) throws
    -> [QuantizationParameters]
  {
    let batches = try zip(batches(), Self.shapes).map { values, shape in
      TensorLanes(
        values: values,
        partition: try #require(LanePartition(shape: shape, granularity: granularity)))
    }
    var calibration = Calibration(batches: batches)
    return try calibration.parameters(of: rule, on: grid)
  }

  @Test(
    "batches that are fed give the quantizers of calibration, observed by one or merged from several",
    arguments: [
      Granularity.tensor, .channel(axis: 1), .channel(axis: -1), .block([.all, .size(2), .all]),
    ])
  func fed(granularity: Granularity) throws {
    let (batches, estimators) = (try batches(), try estimators())
    func observer(_ places: Range<Int>) throws -> TensorObserver {
      var observer = TensorObserver(granularity: granularity, for: estimators)
      for place in places { try observer.observe(batches[place], shape: Self.shapes[place]) }
      return observer
    }
    for cut in 0...3 {
      var whole = try observer(0..<cut)
      try whole.merge(observer(cut..<3))
      let tensor = try #require(whole.sealed())
      for format in ["int4-narrow", "uint8-affine", "int4-full/scale:e4m3"] {
        let grid = try #require(CodeGrid(format))
        for (rule, estimator) in zip(Self.rules, estimators) {
          let found = try tensor.parameters(of: estimator, on: grid)
          #expect(found == (try expected(rule, granularity, grid)), "\(rule) \(format) \(cut)")
        }
      }
    }
  }

  @Test("values that are not finite are an error, or left out and counted")
  func nonFinite() throws {
    let minmax = try EstimatorRegistry.builtIn.parse("minmax").estimator
    let values: [Float] = [1, .nan, -2, .infinity]
    var strict = TensorObserver(granularity: .tensor, for: [minmax])
    #expect(throws: ObservationError.self) { try strict.observe(values, shape: [4]) }
    // A refused batch leaves nothing behind.
    try strict.observe([0.5], shape: [1])
    let grid = try #require(CodeGrid("int8-full"))
    let small = try #require(strict.sealed()).parameters(of: minmax, on: grid)
    #expect(small[0].scale == 0.5 / 127)
    var lenient = TensorObserver(granularity: .tensor, for: [minmax], dropsNonFinite: true)
    try lenient.observe(values, shape: [4])
    #expect(lenient.dropped == 2)
    let found = try #require(lenient.sealed()).parameters(of: minmax, on: grid)
    #expect(found[0].scale == 2.0 / 128)
  }

  @Test("lanes, shapes and rules that do not fit are refused")
  func refused() throws {
    let minmax = try EstimatorRegistry.builtIn.parse("minmax").estimator
    let kl = try EstimatorRegistry.builtIn.parse("kl").estimator
    var observer = TensorObserver(granularity: .channel(axis: 1), for: [minmax])
    #expect(TensorObserver(granularity: .tensor, for: [minmax]).sealed() == nil)
    #expect(throws: ObservationError.self) { try observer.observe([1, 2], shape: [2]) }
    #expect(throws: ObservationError.self) { try observer.observe([1, 2, 3], shape: [2, 2]) }
    try observer.observe([1, 2, 3, 4], shape: [2, 2])
    #expect(throws: ObservationError.self) { try observer.observe([1, 2, 3], shape: [1, 3]) }
    var other = TensorObserver(granularity: .channel(axis: 1), for: [minmax])
    try other.observe([1, 2, 3], shape: [1, 3])
    #expect(throws: ObservationError.self) { try observer.merge(other) }
    #expect(throws: ObservationError.self) {
      try observer.merge(TensorObserver(granularity: .tensor, for: [minmax]))
    }
    let tensor = try #require(observer.sealed())
    let grid = try #require(CodeGrid("int8-full"))
    #expect(tensor.laneCount == 2)
    #expect(throws: EstimationError.self) { try tensor.parameters(of: kl, on: grid) }
    #expect(try tensor.parameters(of: minmax, on: grid).map(\.scale) == [3.0 / 127, 4.0 / 127])
  }
}
