package import QuantizationCore

/// The ranges of the tensors of a model, which is what `RANGES.json` holds.
///
/// It is the middle between everything that chooses ranges and everything that reads them.
package struct RangeSet: Hashable, Sendable {
  /// The model that the ranges are for.
  package struct Model: Hashable, Sendable {
    /// The name of its file.
    package let name: String
    /// SHA-256 of its file, in hexadecimal digits.
    package let sha256: String

    /// Names a model.
    package init(name: String, sha256: String) { (self.name, self.sha256) = (name, sha256) }
  }

  /// What the ranges are for; nothing where they are for tensors in files.
  package let model: Model?
  /// The tensors, in the order in which the model meets them.
  package var tensors: [TensorRange]
  /// Ranges of other tools that no zero point can express: they can be measured, and nothing else.
  package var unaligned: [UnalignedRange]

  /// Ranges of tensors.
  package init(model: Model?, tensors: [TensorRange], unaligned: [UnalignedRange] = []) {
    (self.model, self.tensors, self.unaligned) = (model, tensors, unaligned)
  }
}

/// The quantizers of one tensor, and what they cost it.
package struct TensorRange: Hashable, Sendable {
  /// What a tensor is in its model.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case weight, activation, bias
  }

  /// Its name in the model.
  package let name: String
  /// What it is.
  package let kind: Kind
  /// The length of each axis; those of an activation may vary and are left out then.
  package let shape: [Int]
  /// Which values share a quantizer.
  package let granularity: Granularity
  /// The codes.
  package let grid: CodeGrid
  /// The rule that chose the range, such as `percentile[p=99.99]`.
  package let estimator: String
  /// The scale of each lane, in the order of the lanes.
  package let scales: [Float]
  /// The zero point of each lane.
  package let zeroPoints: [Int]
  /// The mean squared error of the tensor; nothing where it was not measured.
  package var meanSquaredError: Double?
  /// How much more that is than the certified optimum, as a share of the optimum.
  package var regret: Double?

  /// The quantizers of a tensor.
  ///
  /// - Precondition: A zero point for each scale, at least one.
  package init(
    name: String, kind: Kind, shape: [Int], granularity: Granularity, grid: CodeGrid,
    estimator: String, scales: [Float], zeroPoints: [Int], meanSquaredError: Double? = nil,
    regret: Double? = nil
  ) {
    precondition(scales.count == zeroPoints.count && !scales.isEmpty, "a zero point for each scale")
    (self.name, self.kind, self.shape, self.granularity) = (name, kind, shape, granularity)
    (self.grid, self.estimator, self.scales) = (grid, estimator, scales)
    (self.zeroPoints, self.meanSquaredError, self.regret) = (zeroPoints, meanSquaredError, regret)
  }

  /// The quantizers, as the kernel takes them.
  package var parameters: [QuantizationParameters] {
    zip(scales, zeroPoints).map {
      QuantizationParameters(scale: Double($0), zeroPoint: $1, grid: grid)
    }
  }
}
