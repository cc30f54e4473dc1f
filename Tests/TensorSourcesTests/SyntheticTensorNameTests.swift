import TensorSources
import Testing

@Suite("Name of a synthetic tensor")
struct SyntheticTensorNameTests {
  private typealias Outliers = SyntheticTensor.Outliers
  private typealias OutlierChannels = SyntheticTensor.OutlierChannels

  @Test("Every part of the description is in the name")
  func fullName() throws {
    let plain = try SyntheticTensor(family: .gaussian, shape: [7])
    #expect(plain.name == "gaussian-7-0")
    let heavy = try SyntheticTensor(
      family: .studentT(degreesOfFreedom: 3), shape: [64, 576],
      outliers: Outliers(fraction: 0.001, scale: 100), index: 2)
    #expect(heavy.name == "student-t[dof=3]-64x576-outliers[fraction=0.001 scale=100]-2")
    let disturbed = try SyntheticTensor(
      family: .softmax(scale: 0.5), shape: [2, 3, 4],
      outlierChannels: OutlierChannels(count: 2, scale: 20, axis: 1), hugeOutlier: 1e30, index: 11)
    #expect(
      disturbed.name
        == "softmax[scale=0.5]-2x3x4-outlier-channels[count=2 scale=20 axis=1]"
        + "-huge-outlier[value=1e+30]-11")
  }

  @Test("Equal descriptions have equal names however they are spelled")
  func equalNames() throws {
    let last = try SyntheticTensor(
      family: .laplace, shape: [4, 5], outliers: Outliers(fraction: 0, scale: 2),
      outlierChannels: OutlierChannels(count: 1, scale: 2))
    let explicit = try SyntheticTensor(
      family: .laplace, shape: [4, 5], outliers: Outliers(fraction: -0.0, scale: 2),
      outlierChannels: OutlierChannels(count: 1, scale: 2, axis: 1))
    #expect(last == explicit)
    #expect(last.name == explicit.name)
    #expect(last.outlierChannels?.axis == 1)
  }

  @Test("Different descriptions have different names, safe for files and CSV")
  func differentNames() throws {
    let tensors = try Self.variety()
    #expect(Set(tensors).count == tensors.count)
    #expect(Set(tensors.map(\.name)).count == tensors.count)
    for tensor in tensors {
      #expect(!tensor.name.contains { ",\"'/\\\n\r\t:*?<>|;".contains($0) })
      #expect(tensor.name.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f })
    }
  }

  /// Descriptions that differ in one part each.
  static func variety() throws -> [SyntheticTensor] {
    var tensors: [SyntheticTensor] = []
    for family in SyntheticTensor.families {
      tensors.append(try .make(identifier: family.identifier, shape: [8, 16]))
    }
    tensors += [
      try SyntheticTensor(family: .studentT(degreesOfFreedom: 4), shape: [8, 16]),
      try SyntheticTensor(family: .gaussian, shape: [8, 16], index: 1),
      try SyntheticTensor(family: .gaussian, shape: [16, 8]),
      try SyntheticTensor(family: .gaussian, shape: [128]),
      try SyntheticTensor(family: .gaussian, shape: [1, 128]),
      try SyntheticTensor(family: .gaussian, shape: [8, 16], hugeOutlier: 100),
    ]
    for (fraction, scale) in [(0.1, 10.0), (0.2, 10), (0.1, 20)] {
      tensors.append(
        try SyntheticTensor(
          family: .gaussian, shape: [8, 16], outliers: Outliers(fraction: fraction, scale: scale)))
    }
    for (count, scale, axis) in [(1, 10.0, 0), (2, 10, 0), (1, 20, 0), (1, 10, 1)] {
      tensors.append(
        try SyntheticTensor(
          family: .gaussian, shape: [8, 16],
          outlierChannels: OutlierChannels(count: count, scale: scale, axis: axis)))
    }
    return tensors
  }
}
