package import ResultRecords

/// The rows of networks of several results, each beside that of the reference.
package struct NetworkComparison: Sendable {
  /// The same way to quantize the same network, in the reference and in another file.
  package struct Pair: Sendable {
    /// The way.
    package let key: NetworkRecord.Key
    /// The other file.
    package let contender: String
    /// The figures in the reference.
    package let from: NetworkRecord.Figures
    /// The figures in the other file.
    package let to: NetworkRecord.Figures

    /// The accuracy minus that of the reference; nil without labels.
    package var accuracyChange: Double? {
      to.accuracy.flatMap { to in from.accuracy.map { to - $0 } }
    }

    /// The signal-to-noise ratio minus that of the reference, in dB; 0 where both are the same.
    package var sqnrChange: Double {
      to.outputSqnrDb == from.outputSqnrDb ? 0 : to.outputSqnrDb - from.outputSqnrDb
    }

    /// Whether the two 95 % intervals have no common point; nil without labels.
    package var isApart: Bool? {
      to.interval.flatMap { to in from.interval.map { !to.overlaps($0) } }
    }
  }

  /// The file with which the others are compared.
  package let reference: String
  /// The rows that both files have figures of, in the order of the reference.
  package let pairs: [Pair]
  /// How many ways are not judged in both files, counted for each other file.
  package let unpaired: Int

  /// Compares the rows of files.
  ///
  /// - Returns: Nil if no file has rows.
  package init?(_ files: [(name: String, rows: [NetworkRecord])], reference: String) {
    guard files.contains(where: { !$0.rows.isEmpty }),
      let base = files.first(where: { $0.name == reference })
    else { return nil }
    self.reference = reference
    var pairs: [Pair] = []
    var unpaired = 0
    for file in files where file.name != reference {
      let found = Dictionary(
        file.rows.map { ($0.key, $0.figures) }, uniquingKeysWith: { first, _ in first })
      var own = 0
      for row in base.rows {
        guard let from = row.figures, let to = found[row.key].flatMap(\.self) else { continue }
        pairs.append(Pair(key: row.key, contender: file.name, from: from, to: to))
        own += 1
      }
      unpaired += Set(base.rows.map(\.key)).union(file.rows.map(\.key)).count - own
    }
    (self.pairs, self.unpaired) = (pairs, unpaired)
  }
}
