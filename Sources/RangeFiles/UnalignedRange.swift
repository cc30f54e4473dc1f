package import QuantizationCore

/// The ranges of a tensor whose real zero lies between two codes, so that there is no zero point.
///
/// ```
/// real = low + q * scale          q = 0 ... 2^b - 1
/// ```
/// Some tools choose such ranges: FakeQuantize with any two ends, blocks with a least value. Quantizers of RangeLab have
/// an integer zero point, so these are kept apart from ``RangeSet/tensors``: they are scored, never converted.
package struct UnalignedRange: Hashable, Sendable {
  /// The tensor with the codes q, as if zero were the code 0.
  package let steps: TensorRange
  /// What the code 0 of each lane stands for.
  package let lows: [Float]

  /// Ranges with any ends.
  ///
  /// - Parameter steps: Lanes, scales, and the width, on unsigned codes with zero points of 0.
  /// - Precondition: A low end for each scale.
  package init(steps: TensorRange, lows: [Float]) {
    precondition(
      steps.grid.family == .symmetricUnsigned && lows.count == steps.scales.count,
      "unsigned steps, and a low end for each scale")
    (self.steps, self.lows) = (steps, lows)
  }

  /// The name of the tensor.
  package var name: String { steps.name }

  /// The codes that are nearest to these: as many, with a zero point.
  package var alignedGrid: CodeGrid { CodeGrid(.affineUnsigned, bits: steps.grid.bits) }
}
