public import QuantizationCore

/// PyTorch's histogram observer.
///
/// A histogram between running extremes (`ObserverHistogram`) is shrunk from both sides as long
/// as a modelled error does not grow (`ObserverSearch`); the parameters are PyTorch's
/// (`TorchParameters`). Quirks that are kept:
/// - the model has 256 cells whatever the grid (65536 beyond 8 bits); `levels=grid` gives it 2^b;
/// - zero is not forced onto a code, and symmetric grids get the same search as affine ones;
/// - the search stops at the first increase, mostly after a few steps.
///
/// The library's own answers: 820 of 820 reproduced.
///
/// Known failure: at 4 bits the range is that for 8 bits, at many times the least squared error.
///
/// Source: PyTorch 2.13, HistogramObserver.
public struct TorchHistogramEstimator: RangeEstimator {
  /// Name, parameters and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "torch-histogram", family: .search,
    summary: "shrinks a histogram from both sides until a modelled error grows",
    parameters: [Self.bins, Self.levels],
    cost: "O(n + bins^2)", reference: "PyTorch 2.13", breaks: [.scaling, .sign, .zeros, .everyGrid])

  private static let bins = Parameter<Int>(
    "bins", in: 16...16384, default: 2048, meaning: "bins of the histogram")
  private static let levels = Parameter(
    "levels", default: Levels.storage,
    meaning: "cells of the model: the codes of the storage type or of the grid")

  private enum Levels: String, CaseIterable { case storage, grid }

  private let bins: Int
  private let usesGrid: Bool

  /// Takes `bins` and `levels`.
  public init(_ arguments: EstimatorArguments) {
    bins = arguments[Self.bins]
    usesGrid = arguments[Self.levels] == .grid
  }

  /// Covers the range the search stops at.
  public func parameters(
    from statistics: BatchStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let stored = grid.bits.fitsByte ? 1 << 8 : 1 << 16
    let histogram = try statistics.summary(bins) { ObserverHistogram($0, bins: bins) }
    let search = ObserverSearch(histogram, cells: usesGrid ? grid.bits.levels : stored)
    return try TorchParameters.covering(search.range(), on: grid)
  }
}
