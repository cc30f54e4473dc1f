extension SyntheticTensor {
  /// Single elements made large: what a few stray activations do to a tensor.
  public struct Outliers: Hashable, Sendable {
    /// The fraction of all elements to multiply, 0 to 1.
    ///
    /// Exactly `round(fraction * elementCount)` elements, halves rounded up, at seeded positions.
    public let fraction: Double

    /// The factor, finite and above 0.
    public let scale: Double

    /// Describes outliers; checked when a ``SyntheticTensor`` is made of them.
    public init(fraction: Double, scale: Double) {
      self.fraction = fraction
      self.scale = scale
    }
  }

  /// Whole channels made large, as in the activations of language models.
  public struct OutlierChannels: Hashable, Sendable {
    /// The number of channels to multiply, at least 1, at seeded positions.
    public let count: Int

    /// The factor, finite and above 0.
    public let scale: Double

    /// The axis whose slices are the channels; negative numbers count from the last axis.
    ///
    /// In a ``SyntheticTensor`` it is never negative: `-1` of a matrix is stored as `1`.
    public let axis: Int

    /// Describes outlier channels; checked when a ``SyntheticTensor`` is made of them.
    public init(count: Int, scale: Double, axis: Int = -1) {
      self.count = count
      self.scale = scale
      self.axis = axis
    }
  }
}
