internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
internal import ResultRecords

/// The measurements of a profile on one grid: the codes that min-max uses, the error over clip
/// values, and the optimum.
struct GridMeasurement: ChunkMeasurement {
  private let grid: CodeGrid
  private var counts: CodeCounts
  private var scan: ClipScan
  private var optimum: MeasuredOptimum?

  /// - Parameters:
  ///   - extrema: The smallest and the largest value.
  /// - optimum: The best quantizer, if it is known.
  init(_ grid: CodeGrid, from extrema: ClippingRange, around optimum: MeasuredOptimum?) {
    self.grid = grid
    self.optimum = optimum
    let covering = QuantizationParameters(covering: extrema, on: grid)
    counts = CodeCounts(covering)
    scan = ClipScan(from: extrema, around: optimum?.parameters ?? covering)
  }

  /// Measures a chunk.
  mutating func add(_ values: Span<Float>) {
    counts.add(values)
    scan.add(values)
    optimum?.add(values)
  }

  /// The measurements.
  var profile: TensorProfile.GridProfile {
    TensorProfile.GridProfile(
      grid: grid, levelsUsed: counts.used, effectiveLevels: counts.effective, curve: scan.curve,
      optimum: optimum?.optimum)
  }
}

/// The best quantizer on a grid, measured again chunk by chunk.
///
/// The sum that was formed batch by batch may depend on the division into batches.
struct MeasuredOptimum {
  /// The best quantizer.
  let parameters: QuantizationParameters
  private let gap: Double
  private var sums = ErrorSums()

  /// Creates the measurement for the optimum of a tensor that is one lane.
  init(_ optimum: LaneOptima) {
    parameters = optimum.parameters[0]
    gap = optimum.gap
  }

  /// Measures a chunk.
  mutating func add(_ values: Span<Float>) {
    sums.merge(Kernels.measureError(of: values, with: parameters))
  }

  /// The optimum with its measured error.
  var optimum: TensorProfile.Optimum {
    TensorProfile.Optimum(
      scale: Double(parameters.scale), zeroPoint: parameters.zeroPoint, mse: sums.mse,
      lowerBound: sums.mse * (1 - gap))
  }
}
