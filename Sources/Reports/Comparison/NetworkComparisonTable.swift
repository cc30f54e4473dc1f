internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// The table of rows of networks of several files, for all text formats.
struct NetworkComparisonTable {
  private let comparison: NetworkComparison
  // Once for the table and not for each row, as each is a look at all rows.
  private let hasLabels: Bool
  private let hasSettings: Bool
  private let hasFiles: Bool

  init(_ comparison: NetworkComparison) {
    let pairs = comparison.pairs
    self.comparison = comparison
    hasLabels = pairs.contains { $0.accuracyChange != nil }
    hasSettings = Set(pairs.map { NetworkSetting($0.key).title }).count > 1
    hasFiles = Set(pairs.map { ExactName($0.contender) }).count > 1
  }

  /// A row for each way to quantize a network and each file but the reference.
  var table: ComparisonTables.Table {
    let names = ["network", "rule"] + (hasSettings ? ["setting"] : []) + (hasFiles ? ["file"] : [])
    var table = ComparisonTables.Table(
      title: "Networks",
      header: names + ["bits"]
        + (hasLabels ? ["reference accuracy", "accuracy", "difference", "apart"] : [])
        + ["reference SQNR", "SQNR", "difference, dB"],
      leftColumns: names.count)
    table.rows = comparison.pairs.map(row)
    if hasLabels {
      table.remarks.append(
        "Accuracies in per cent, their difference in percentage points. Apart: whether the 95 % "
          + "intervals (Wilson) have no common point; otherwise no difference can be seen.")
    }
    table.remarks.append("SQNR: of the outputs against the float network's, in dB.")
    if comparison.unpaired > 0 {
      table.remarks.append(
        "\(counted(comparison.unpaired, "row is", "rows are")) not judged in both files.")
    }
    return table
  }

  private func row(_ pair: NetworkComparison.Pair) -> [String] {
    [printable(pair.key.model), printable(pair.key.estimator)]
      + (hasSettings ? [printable(NetworkSetting(pair.key).title)] : [])
      + (hasFiles ? [printable(pair.contender)] : []) + ["\(pair.key.bits)"]
      + (hasLabels
        ? [
          NetworkFormat.share(pair.from.accuracy), NetworkFormat.share(pair.to.accuracy),
          NetworkFormat.points(pair.accuracyChange),
          pair.isApart.map { $0 ? "yes" : "no" } ?? "–",
        ] : [])
      + [
        NetworkFormat.decibels(pair.from.outputSqnrDb),
        NetworkFormat.decibels(pair.to.outputSqnrDb), NetworkFormat.decibels(pair.sqnrChange),
      ]
  }
}
