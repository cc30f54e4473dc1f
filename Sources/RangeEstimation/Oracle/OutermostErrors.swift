internal import QuantizationCore
internal import QuantizationKernels

/// Recognizes quantizers with a too large clipping error by a few of the values: the outermost ones.
///
/// The error of some of the values is a lower bound of the error of all. If it is above the error of
/// another quantizer, the other values need not be measured.
struct OutermostErrors {
  /// The number of values that are measured first.
  ///
  /// Each further step measures four times as many.
  private static let fewest = 256
  /// Sums in another order have a relative difference of at most 1e-6; the margin is larger.
  private static let margin = 1 + 1e-5

  private let values: [Float]
  private let hasNegatives: Bool

  /// Takes values in ascending order; without values no quantizer is recognized.
  init(_ values: [Float]) {
    self.values = values
    hasNegatives = values.first.map { $0 < 0 } ?? false
  }

  /// Whether the outermost values prove that the squared error of a quantizer is above a bound.
  ///
  /// - Complexity: O(n), with at most an eighth of the values measured.
  func exceed(_ bound: Double, with parameters: QuantizationParameters) -> Bool {
    func error(_ part: Range<Int>) -> Double {
      Kernels.measureError(of: values.span.extracting(part), with: parameters).squaredError
    }
    var (low, high, size) = (0, values.count, Self.fewest)
    var sum = 0.0
    while (values.count - (high - low) + size) * 8 <= values.count {
      sum += error((high - size)..<high)
      high -= size
      if hasNegatives, sum <= bound * Self.margin {
        sum += error(low..<(low + size))
        low += size
      }
      if sum > bound * Self.margin { return true }
      size *= 4
    }
    return false
  }
}
