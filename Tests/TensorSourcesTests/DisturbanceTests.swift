import TensorIO
import TensorSources
import Testing

@Suite("Disturbances of synthetic tensors")
struct DisturbanceTests {
  // Uniform elements lie within -1...1, and so within 1e6 of zero only one in 10^6 is mistaken for
  // an undisturbed one after it was multiplied by 1e6.
  private static let scale = 1e6

  @Test(
    "Exactly round(fraction * n) elements are outliers",
    arguments: [(0.0, 0), (0.001, 1), (0.0015, 2), (0.25, 250), (0.9996, 1_000), (1, 1_000)])
  func outlierCount(fraction: Double, expected: Int) throws {
    let tensor = try SyntheticTensor(
      family: .uniform, shape: [10, 100],
      outliers: SyntheticTensor.Outliers(fraction: fraction, scale: Self.scale))
    let values = try tensor.generate(seed: 3).values
    #expect(values.count { abs($0) > 1 } == expected)
    #expect(values.allSatisfy { abs($0) <= Float(Self.scale) })
  }

  @Test("Exactly the channels asked for are multiplied, whole", arguments: 0..<3, [1, 2, 3])
  func outlierChannels(axis: Int, count: Int) throws {
    let shape = [3, 4, 5]
    let tensor = try SyntheticTensor(
      family: .uniform, shape: shape,
      outlierChannels: SyntheticTensor.OutlierChannels(count: count, scale: Self.scale, axis: axis))
    let values = try tensor.generate(seed: 3).values
    var loud: [Int: Int] = [:]
    for (position, value) in values.enumerated() where abs(value) > 1 {
      let coordinates = [position / 20, position / 5 % 4, position % 5]
      loud[coordinates[axis], default: 0] += 1
    }
    #expect(loud.count == count)
    #expect(loud.values.allSatisfy { $0 == values.count / shape[axis] })
  }

  @Test("A huge outlier is one element of exactly the magnitude asked for")
  func hugeOutlier() throws {
    var signs: Set<Bool> = []
    var positions: Set<Int> = []
    for index in 0..<20 {
      let tensor = try SyntheticTensor(
        family: .uniform, shape: [4, 25], hugeOutlier: 1e30, index: index)
      let values = try tensor.generate(seed: 3).values
      let huge = values.indices.filter { abs(values[$0]) > 1 }
      #expect(huge.count == 1)
      for position in huge {
        #expect(abs(values[position]) == 1e30)
        signs.insert(values[position] < 0)
        positions.insert(position)
      }
    }
    // All of 20 fair signs agree once in 500,000 times; 20 of 100 positions rarely coincide.
    #expect(signs.count == 2)
    #expect(positions.count > 10)
  }

  @Test(
    "The huge outlier of a one-sided family is positive",
    arguments: ["lognormal", "exponential", "relu", "gelu", "softmax"])
  func oneSidedHugeOutlier(identifier: String) throws {
    for index in 0..<20 {
      let tensor = try SyntheticTensor.make(
        identifier: identifier, shape: [4, 25], hugeOutlier: 1e30, index: index)
      let values = try tensor.generate(seed: 3).values
      #expect(values.max() == 1e30)
      // GELU alone goes below zero, to -0.17.
      #expect(values.allSatisfy { $0 >= -0.18 })
    }
  }

  @Test("Disturbances add up: outliers, then channels, then the huge one")
  func combination() throws {
    let tensor = try SyntheticTensor(
      family: .uniform, shape: [10, 10],
      outliers: SyntheticTensor.Outliers(fraction: 1, scale: 10),
      outlierChannels: SyntheticTensor.OutlierChannels(count: 10, scale: 100, axis: 0),
      hugeOutlier: 5)
    let values = try tensor.generate(seed: 3).values
    let magnitudes = values.map { abs($0) }
    #expect(magnitudes.contains(5))
    // Of 100 uniform magnitudes times 1000 the median is near 500.
    #expect((300...700).contains(magnitudes.sorted()[50]))
    #expect(magnitudes.allSatisfy { $0 <= 1000 })
  }
}
