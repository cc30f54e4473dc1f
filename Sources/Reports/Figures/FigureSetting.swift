internal import Figures
internal import Foundation
internal import QuantizationCore
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// A grid and granularity in which all estimators have the same tensors.
struct FigureSetting {
  let granularity: Granularity
  let family: GridFamily
  let comparison: Leaderboard
  /// A text that distinguishes the records from others of the same report, if needed.
  var remark: String?

  /// The settings of a comparison, coarse granularities first, symmetric grids first.
  static func all(of comparison: Leaderboard, remark: String? = nil) -> [FigureSetting] {
    comparison.granularities.flatMap { granularity in
      comparison.families.compactMap { family in
        let part = comparison.filtered {
          $0.granularity == granularity && $0.grid.family == family
        }
        return part.tensors.isEmpty
          ? nil
          : FigureSetting(
            granularity: granularity, family: family, comparison: part, remark: remark)
      }
    }
  }

  /// `whole tensor, symmetric (narrow)`.
  var title: String {
    "\(granularity.title), \(family.title)"
  }

  /// The title, with ``remark``.
  var scope: String { [title, remark].compactMap { $0 }.joined(separator: ", ") }

  /// `n = 11 tensors`.
  var count: String {
    let count = comparison.tensors.count
    return (count == 1 ? "" : "n = ") + counted(count, "tensor")
  }

  func at(_ bits: BitWidth) -> Leaderboard { comparison.filtered { $0.grid.bits == bits } }
}

extension Leaderboard {
  /// The excess of a ratio over 1 in per cent; an excess within the gap of a certificate is zero.
  static func regretInPercent(_ ratio: Double) -> Double { max(0, 100 * (ratio - 1)) }

  /// The estimators that a figure emphasizes: the best five, and min-max.
  var emphasized: [String] {
    let names = estimators.filter { score($0).ratio != nil }
    let best = Array(names.prefix(5))
    return best + (names.contains("minmax") && !best.contains("minmax") ? ["minmax"] : [])
  }
}
