internal import QuantizationCore
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// The tables of regret on held-out batches against the number of calibration batches.
///
/// The last column has results that were measured on their calibration batches, for comparison.
struct HeldOutSummary {
  private let heldOut: Leaderboard
  private let verdict: Verdict
  private let inSample: Leaderboard
  /// The numbers of calibration batches, ascending.
  private let sizes: [Int]
  /// The estimators, least mean regret first.
  private let estimators: [String]

  /// Prepares the tables; nil if no record has held-out batches.
  init?(_ records: [ResultRecord]) {
    let isHeldOut = records.filter { $0.key.split != nil }
    guard !isHeldOut.isEmpty else { return nil }
    heldOut = Leaderboard(isHeldOut)
    verdict = Verdict(isHeldOut, heldOut)
    let tensors = Set(heldOut.tensors.map { ExactName($0) })
    inSample = Leaderboard(
      records.filter { $0.key.split == nil && tensors.contains($0.key.subjectName) })
    sizes = heldOut.distinct({ $0.split?.calibration.count ?? 0 }, by: <)
    estimators = heldOut.estimators
  }

  /// The sections below the title.
  var sections: [String] {
    guard !sizes.isEmpty else { return ["No cell was measured.\n"] }
    return [introduction, overview] + settings + tensorByTensor
  }

  private var introduction: String {
    """
    \(VerdictText(verdict: verdict).markdown) \(counted(heldOut.cellCount, "cell")), \(counted(heldOut.tensors.count, "tensor")).

    Each range was chosen on some batches of a tensor and measured on others, the held-out ones.
    Regret: how much more error it has there than the certified optimum of the held-out batches
    themselves, which nobody who calibrates can know (above 8 bits, than the least of any estimator).
    Mean: geometric, of the ratio, over tensors and choices of calibration batches. Worst: the largest
    of any tensor and choice. Least in bold.\(inSampleNote)

    """
  }

  private var inSampleNote: String {
    inSample.tensors.isEmpty
      ? "" : "\nIn sample: chosen and measured on all batches, which no deployment can do."
  }

  /// The table over all settings, which a terminal shows after a run.
  var overview: String {
    "## Regret on held-out batches, all settings together\n\n" + table(heldOut, inSample)
  }

  /// One table for each granularity, grid and bit width; none if there is only one such setting.
  private var settings: [String] {
    let all = heldOut.granularities.flatMap { granularity in
      heldOut.families.flatMap { family in
        heldOut.bits.compactMap { bits -> String? in
          let grid = CodeGrid(family, bits: bits)
          let part = heldOut.filtered { $0.granularity == granularity && $0.grid == grid }
          let same = inSample.filtered { $0.granularity == granularity && $0.grid == grid }
          guard !part.tensors.isEmpty else { return nil }
          return "## \(bits) bits, \(granularity), \(family.title)\n\n" + table(part, same)
        }
      }
    }
    return all.count > 1 ? all : []
  }

  /// Mean and worst regret: a line for each estimator, a column for each number of batches.
  private func table(_ part: Leaderboard, _ inSample: Leaderboard) -> String {
    let columns =
      sizes.map { column($0, of: part) } + (self.inSample.tensors.isEmpty ? [] : [inSample])
    let titles = sizes.map(batches) + (self.inSample.tensors.isEmpty ? [] : ["in sample"])
    var table = MarkdownTable(["regret", ""] + titles, leftColumns: 2)
    let present = Set(part.estimators)
    for estimator in estimators where present.contains(estimator) {
      let scores = columns.map { $0.score(estimator) }
      let means = zip(columns, scores).map { column, score in
        let text = NumberFormat.regret(ofRatio: score.ratio)
        return score.ratio != nil && score.ratio == column.bestRatio ? "**\(text)**" : text
      }
      table.add([MarkdownText.code(estimator), "mean"] + means)
      table.add(["", "worst"] + scores.map { NumberFormat.regret(ofRatio: $0.worst) })
    }
    let counts = columns.map { column in
      let splits = column.distinct(\.split) { ($0?.description ?? "") < ($1?.description ?? "") }
      return "\(splits.count)"
    }
    table.add(["choices of batches", ""] + counts)
    return table.text + "\nn = \(counted(part.tensors.count, "tensor")).\n"
  }

  /// The change of each tensor's regret from the fewest to the most calibration batches.
  private var tensorByTensor: [String] {
    guard let granularity = heldOut.granularities.first, let family = heldOut.families.first,
      sizes.count > 1
    else { return [] }
    return heldOut.bits.map { bits in
      let grid = CodeGrid(family, bits: bits)
      var table = MarkdownTable(["mean regret"] + estimators.map(MarkdownText.code))
      let part = heldOut.filtered { $0.granularity == granularity && $0.grid == grid }
      let ends = [sizes.first, sizes.last].map {
        column($0, of: part).divided(by: \.subjectName)
      }
      let shown = TensorSelection(part, of: heldOut.tensorNames)
      for tensor in shown.tensors {
        table.add(
          [MarkdownText.code(tensor.text)]
            + estimators.map { name in
              ends.map { NumberFormat.regret(ofRatio: $0[tensor]?.score(name).ratio) }
                .joined(separator: " → ")
            })
      }
      return "## Tensor by tensor, from \(batches(sizes.first)) to \(batches(sizes.last)): "
        + "\(bits) bits, \(granularity), \(family.title)\n\n" + table.text
        + (shown.remark().map { "\n\($0)\n" } ?? "")
    }
  }

  private func column(_ size: Int?, of part: Leaderboard? = nil) -> Leaderboard {
    (part ?? heldOut).filtered { $0.split?.calibration.count == size }
  }

  private func batches(_ count: Int?) -> String {
    counted(count ?? 0, "batch", "batches")
  }
}
