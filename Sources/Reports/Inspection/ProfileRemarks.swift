internal import Foundation
internal import QuantizationCore
internal import ResultRecords

/// The statistics of a tensor with remarks on their meaning for its range.
struct ProfileRemarks {
  /// A statistic with its name and a remark, if there is one.
  struct Line {
    let name: String
    let value: String
    var remark: String?
  }

  private let profile: TensorProfile
  private var statistics: TensorProfile.Statistics { profile.statistics }

  init(_ profile: TensorProfile) { self.profile = profile }

  /// All lines, in the order of the report.
  var lines: [Line] {
    [
      Line(
        name: "values", value: "\(profile.elements)",
        remark: profile.dropped > 0 ? "\(profile.dropped) that are not finite are left out" : nil),
      Line(
        name: "range",
        value:
          "\(NumberFormat.short(statistics.minimum)) to \(NumberFormat.short(statistics.maximum))"),
      Line(name: "mean", value: NumberFormat.short(statistics.mean)),
      Line(name: "standard deviation", value: NumberFormat.short(statistics.standardDeviation)),
      kurtosis, gap, zeros, sides,
    ] + profile.grids.map(levels)
  }

  private var kurtosis: Line {
    guard let kurtosis = statistics.excessKurtosis else {
      return Line(
        name: "excess kurtosis", value: "none", remark: "all values are the same")
    }
    let remark: String? =
      switch kurtosis {
      case ..<(-1): "flat, or in two heaps: clipping hardly pays"
      case ..<1: nil
      case ..<6: "tails heavier than a Gaussian's (0): clipping pays at few bits"
      default: "a few values far out (a Gaussian has 0, Laplace 3): the range decides the error"
      }
    return Line(
      name: "excess kurtosis", value: NumberFormat.short(kurtosis, digits: 3), remark: remark)
  }

  private var gap: Line {
    let percentile = NumberFormat.short(statistics.tailMagnitude)
    let name = "99.99th percentile of |x|"
    guard let gap = statistics.tailGap else {
      return Line(
        name: name, value: percentile,
        remark: statistics.largestMagnitude > 0
          ? "fewer than one value in 10000 is not zero: a percentile clips them all" : nil)
    }
    guard gap >= 1.5 else { return Line(name: name, value: percentile) }
    let times = NumberFormat.short(gap, digits: gap < 10 ? 2 : 3)
    return Line(
      name: name, value: percentile,
      remark: "the largest value is \(times) times that: min-max spends "
        + "\(String(format: "%.1f", log2(gap))) bits on 0.01 % of the values")
  }

  private var zeros: Line {
    let share = statistics.zeroFraction
    return Line(
      name: "zeros", value: NumberFormat.share(share),
      remark: share == 1
        ? "nothing to quantize" : share >= 0.05 ? "exact on every grid, whatever the range" : nil)
  }

  private var sides: Line {
    guard let negative = statistics.negativeShare else {
      return Line(name: "negative, of the rest", value: "none")
    }
    let remark: String? =
      switch negative {
      case 0: "one-sided: symmetric narrow and full leave half of their codes unused"
      case 1: "one-sided: only affine grids use all of their codes"
      case ..<0.1, 0.9...:
        statistics.minimum < 0 && -statistics.minimum < 0.2 * statistics.maximum
          || -statistics.minimum > 5 * statistics.maximum
          ? "nearly one-sided: an affine grid uses its codes better" : nil
      default: nil
      }
    return Line(name: "negative, of the rest", value: NumberFormat.share(negative), remark: remark)
  }

  private func levels(_ grid: TensorProfile.GridProfile) -> Line {
    let all = grid.grid.levelCount
    return Line(
      name: "levels, \(grid.grid.title)", value: "\(grid.levelsUsed) of \(all)",
      remark: "by min-max; they carry as much as "
        + "\(String(format: grid.effectiveLevels < 100 ? "%.3g" : "%.0f", grid.effectiveLevels)) "
        + "used equally often")
  }
}
