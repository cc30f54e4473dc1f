public import ScientificMath
public import TensorIO

extension SyntheticTensor {
  /// Brings the tensor into being.
  ///
  /// The elements depend on `seed` and ``name`` alone. First all elements are drawn from the family
  /// at unit scale, then the outliers are multiplied, then the outlier channels, and last the huge
  /// outlier replaces its element. Every element is finite: what a heavy tail or a factor carries
  /// beyond the largest finite float, about 3.4e38, is clamped to it.
  ///
  /// - Parameter seed: the base seed of the experiment; see ``SeedDerivation``.
  /// - Throws: `GSLError` when memory runs out.
  public func generate(seed: UInt64) throws(GSLError) -> Tensor {
    var source = try RandomSource(seed: SeedDerivation.seed(base: seed, label: name))
    let elementCount = elementCount
    var values = try FamilySampler.sample(
      family, count: elementCount, rowLength: shape.last ?? 1, from: &source)
    if let outliers {
      let count = Int((outliers.fraction * Double(elementCount)).rounded())
      for position in try source.choose(count, below: elementCount) {
        values[position] = Self.scaled(values[position], by: outliers.scale)
      }
    }
    if let outlierChannels {
      try scale(outlierChannels, in: &values, from: &source)
    }
    if let hugeOutlier {
      let isNegative = !family.isOneSided && source.bernoulli(probability: 0.5)
      for position in try source.choose(1, below: elementCount) {
        values[position] = Float(saturating: isNegative ? -hugeOutlier : hugeOutlier)
      }
    }
    return Tensor(shape: shape, values: values)
  }

  /// Multiplies whole slices along the channel axis.
  private func scale(
    _ channels: OutlierChannels, in values: inout [Float], from source: inout RandomSource
  ) throws(GSLError) {
    // In row-major order a slice is a run of `inner` elements in every block of `block` elements.
    let inner = shape[(channels.axis + 1)...].reduce(1, *)
    let block = inner * shape[channels.axis]
    for channel in try source.choose(channels.count, below: shape[channels.axis]) {
      for start in stride(from: channel * inner, to: values.count, by: block) {
        for position in start..<(start + inner) {
          values[position] = Self.scaled(values[position], by: channels.scale)
        }
      }
    }
  }

  private static func scaled(_ value: Float, by factor: Double) -> Float {
    Float(saturating: Double(value) * factor)
  }
}
