/// A synthetic tensor, fully described by its text.
///
/// A value of this type is a valid description and nothing else: the numbers come into being in
/// ``generate(seed:)``, the same ones for the same seed and ``name``, always.
public struct SyntheticTensor: Hashable, Sendable {
  /// The law the elements are drawn from.
  public let family: Family

  /// The extents, outermost first; at least one, all positive.
  public let shape: [Int]

  /// Single elements made large, if any.
  public let outliers: Outliers?

  /// Whole channels made large, if any; their axis is not negative.
  public let outlierChannels: OutlierChannels?

  /// The magnitude of the one element to replace, in units of the family, if any.
  ///
  /// Position and sign are seeded; the sign of a one-sided family is always plus.
  public let hugeOutlier: Double?

  /// The number of the draw, from 0, for independent tensors of one description.
  public let index: Int

  /// The revision of what ``generate(seed:)`` draws: raised whenever a number of any tensor changes.
  public static let revision = 1

  /// The largest number of elements a tensor may have, `2^31`.
  public static let maximumElementCount = 1 << 31

  /// The number of elements, the product of the shape.
  public var elementCount: Int {
    shape.reduce(1, *)
  }

  /// Describes a tensor.
  ///
  /// - Parameters:
  ///   - family: the law of the elements, its parameters within the bounds of ``families``.
  ///   - shape: the extents, outermost first.
  ///   - outliers: single elements to multiply.
  ///   - outlierChannels: whole channels to multiply.
  ///   - hugeOutlier: the magnitude of one element to replace, above 0.
  ///   - index: the number of the draw, not negative.
  /// - Throws: ``SyntheticTensorError`` naming the first argument that is not allowed.
  public init(
    family: Family,
    shape: [Int],
    outliers: Outliers? = nil,
    outlierChannels: OutlierChannels? = nil,
    hugeOutlier: Double? = nil,
    index: Int = 0
  ) throws(SyntheticTensorError) {
    try Self.description(ofFamily: family.identifier).validate(family)
    try Self.validate(shape: shape)
    if let outliers {
      try outliers.validate()
    }
    if let hugeOutlier {
      try Self.validate(hugeOutlier: hugeOutlier)
    }
    if index < 0 {
      throw SyntheticTensorError(field: "index", value: "\(index)", allowed: "0 or more")
    }
    self.family = family
    self.shape = shape
    self.outliers = outliers
    self.outlierChannels = try outlierChannels?.resolved(for: shape)
    self.hugeOutlier = hugeOutlier
    self.index = index
  }

  /// Describes a tensor by the names a manifest uses.
  ///
  /// - Parameters:
  ///   - identifier: the identifier of one of the ``families``.
  ///   - parameters: values by parameter name; those left out take their defaults.
  ///   - shape: the extents, outermost first.
  ///   - outliers: single elements to multiply.
  ///   - outlierChannels: whole channels to multiply.
  ///   - hugeOutlier: the magnitude of one element to replace, above 0.
  ///   - index: the number of the draw, not negative.
  /// - Throws: ``SyntheticTensorError``; for an unknown name it lists the known ones.
  public static func make(
    identifier: String,
    parameters: [String: Double] = [:],
    shape: [Int],
    outliers: Outliers? = nil,
    outlierChannels: OutlierChannels? = nil,
    hugeOutlier: Double? = nil,
    index: Int = 0
  ) throws(SyntheticTensorError) -> SyntheticTensor {
    try SyntheticTensor(
      family: description(ofFamily: identifier).family(parameters: parameters),
      shape: shape, outliers: outliers, outlierChannels: outlierChannels,
      hugeOutlier: hugeOutlier, index: index)
  }
}
