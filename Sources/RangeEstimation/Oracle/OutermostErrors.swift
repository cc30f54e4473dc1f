internal import QuantizationCore
internal import QuantizationKernels

/// Tells quantizers that clip too much from a few of the values: the outermost ones.
///
/// What some values lose is never more than what all lose. Where it is already above the error of
/// another quantizer, the rest need not be measured.
struct OutermostErrors {
  /// The values measured first; then four times as many, and so on.
  private static let fewest = 256
  /// Sums in another order differ by 1e-6 of themselves, and there is room.
  private static let margin = 1 + 1e-5

  private let values: [Float]
  private let hasNegatives: Bool

  /// Takes values in ascending order; of none nothing is told.
  init(_ values: [Float]) {
    self.values = values
    hasNegatives = values.first.map { $0 < 0 } ?? false
  }

  /// Whether the squared error of a quantizer is surely above a bound.
  ///
  /// Complexity: at most an eighth of a measurement of all values.
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
