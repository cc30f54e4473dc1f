import TensorIO
import TensorSources
import Testing

@Suite("Generation of synthetic tensors")
struct GenerationTests {
  private static func bits(_ tensor: Tensor) -> [UInt32] {
    tensor.values.map(\.bitPattern)
  }

  @Test("The same seed and name give the same bytes, different ones different bytes")
  func determinism() throws {
    let tensors = try SyntheticTensorNameTests.variety()
    var seen: Set<[UInt32]> = []
    for tensor in tensors {
      let generated = try tensor.generate(seed: 42)
      #expect(generated.shape == tensor.shape)
      #expect(generated.values.count == tensor.elementCount)
      let bits = Self.bits(generated)
      #expect(try Self.bits(tensor.generate(seed: 42)) == bits)
      seen.insert(bits)
      seen.insert(Self.bits(try tensor.generate(seed: 43)))
    }
    #expect(seen.count == 2 * tensors.count)
  }

  @Test("Every bit of the experiment's seed matters", arguments: 0..<64)
  func everySeedBit(bit: Int) throws {
    let tensor = try SyntheticTensor(family: .gaussian, shape: [4])
    let values = try tensor.generate(seed: 42).values
    let flipped = try tensor.generate(seed: 42 ^ (1 << UInt64(bit))).values
    #expect(values != flipped)
  }

  @Test("The first elements of a seed are pinned: published results stay reproducible")
  func pinned() throws {
    let uniform = try SyntheticTensor(family: .uniform, shape: [2, 2])
    // Computed by an independent implementation of the whole chain, from the name to the floats.
    #expect(
      try uniform.generate(seed: 42).values == [-0.30264765, -0.31556055, -0.68078154, -0.22746867])
  }

  @Test(
    "Mean and second moment are within four standard errors",
    arguments: [
      // Mean, second and fourth moment around 0 of each law.
      (.gaussian, 0, 1, 3), (.laplace, 0, 2, 24), (.uniform, 0, 1.0 / 3, 0.2),
      (.exponential, 1, 2, 24), (.bimodal(separation: 4), 0, 5, 43),
      (.relu, 0.3989422804014327, 0.5, 1.5),
      // By Stein's lemma 1 / (2 sqrt(pi)) and 1/3 + 1 / (2 pi sqrt(3)); the fourth is below 3 / 2.
      (.gelu, 0.28209479177387814, 0.4252214819208, 1.5),
    ] as [(SyntheticTensor.Family, Double, Double, Double)])
  func moments(family: SyntheticTensor.Family, mean: Double, second: Double, fourth: Double) throws
  {
    let count = 100_000
    let tensor = try SyntheticTensor(family: family, shape: [count])
    let values = try tensor.generate(seed: 5).values.map { Double($0) }
    let n = Double(count)
    let sampleMean = values.reduce(0, +) / n
    let sampleSecond = values.reduce(0) { $0 + $1 * $1 } / n
    #expect(abs(sampleMean - mean) <= 4 * ((second - mean * mean) / n).squareRoot())
    #expect(abs(sampleSecond - second) <= 4 * ((fourth - second * second) / n).squareRoot())
  }

  @Test("Softmax rows are probabilities", arguments: [0.001, 1, 30, 1000])
  func softmaxRows(scale: Double) throws {
    let tensor = try SyntheticTensor(family: .softmax(scale: scale), shape: [3, 5, 50])
    let values = try tensor.generate(seed: 9).values
    #expect(values.allSatisfy { (0...1).contains($0) })
    for start in stride(from: 0, to: values.count, by: 50) {
      let sum = values[start..<(start + 50)].reduce(0.0) { $0 + Double($1) }
      // Each element is rounded by half a unit in the last place, so the sum is by no more.
      #expect(abs(sum - 1) <= Double(Float.ulpOfOne) / 2)
    }
    // More peaked rows for a larger scale: from nearly even to nearly one-hot.
    if scale == 0.001 { #expect(values.allSatisfy { abs($0 - 0.02) < 0.001 }) }
    if scale == 1000 { #expect(values.count { $0 > 0.99 } >= 12) }
  }

  @Test("Values that overflow a float are clamped")
  func clamping() throws {
    let tensor = try SyntheticTensor(
      family: .studentT(degreesOfFreedom: 0.1), shape: [100_000],
      outliers: SyntheticTensor.Outliers(fraction: 0.5, scale: 1e300))
    let values = try tensor.generate(seed: 1).values
    #expect(values.allSatisfy { $0.isFinite })
    #expect(values.contains(.greatestFiniteMagnitude))
    #expect(values.contains(-.greatestFiniteMagnitude))
  }
}
