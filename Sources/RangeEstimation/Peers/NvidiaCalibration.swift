internal import QuantizationCore

/// What NVIDIA's three histogram calibrators have in common.
enum NvidiaCalibration {
  /// The ways of counting.
  enum Method: String, CaseIterable, Sendable { case torch, numpy }

  /// The parameter that picks the way of counting.
  static let histogram = Parameter(
    "histogram", default: Method.torch,
    meaning: "bins from zero (torch) or from the smallest magnitude (numpy)")

  /// The number of bins the first batch gets.
  static let bins = Parameter<Int>(
    "bins", in: 16...65536, default: 2048, meaning: "bins of the histogram of the first batch")

  /// The first bin that may become the end of the range.
  static let start = Parameter<Int>(
    "start", in: 1...65536, default: 128, meaning: "first bin that is tried")

  /// The histogram of magnitudes of all batches.
  static func counted(
    _ statistics: BatchStatistics, bins: Int, with method: Method
  ) throws(EstimationError) -> GrowingHistogram {
    try GrowingHistogram.of(statistics, bins: bins, method == .torch ? .torch : .numpy)
  }

  /// The number of positive levels that are modelled: 2^(b-1), or 2^b without negative codes.
  static func levels(on grid: CodeGrid) throws(EstimationError) -> Int {
    guard grid.family.scheme == .symmetric else {
      throw .notDefined(reason: "affine grids: the library has no zero point")
    }
    return grid.reachesBelowZero ? grid.bits.levels / 2 : grid.bits.levels
  }
}
