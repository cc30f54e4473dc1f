internal import QuantizationCore

/// What NVIDIA's three histogram calibrators have in common.
enum NvidiaCalibration {
  /// The parameter that picks the way of counting.
  static let histogram = ParameterDescriptor(
    "histogram", .choice(["torch", "numpy"]), default: .word("torch"),
    meaning: "bins from zero (torch) or from the smallest magnitude (numpy)")

  /// The number of bins the first batch gets.
  static let bins = ParameterDescriptor(
    "bins", .integer(16...65536), default: .number(2048),
    meaning: "bins of the histogram of the first batch")

  /// The first bin that may become the end of the range.
  static let start = ParameterDescriptor(
    "start", .integer(1...65536), default: .number(128), meaning: "first bin that is tried")

  /// The histogram of magnitudes of all batches.
  static func counted(
    _ statistics: BatchStatistics, bins: Int, with method: String
  ) throws(EstimationError) -> GrowingHistogram {
    try GrowingHistogram.of(statistics, bins: bins, method == "torch" ? .torch : .numpy)
  }

  /// The number of positive levels that are modelled: 2^(b-1), or 2^b without negative codes.
  static func levels(on grid: CodeGrid) throws(EstimationError) -> Int {
    guard grid.family.scheme == .symmetric else {
      throw .notDefined(reason: "affine grids: the library has no zero point")
    }
    return grid.reachesBelowZero ? grid.bits.levels / 2 : grid.bits.levels
  }
}
