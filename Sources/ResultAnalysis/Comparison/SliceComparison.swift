internal import ResultRecords
internal import ScientificMath
package import TensorIO

/// The comparison of contenders on one slice.
package struct SliceComparison: Sendable {
  /// The slice.
  package let slice: ErrorTableSlice
  /// The ranking of the contenders.
  package let ranking: ContenderRanking
  /// The comparison of each contender with the reference: ranked ones by rank, then the others by
  /// name.
  package let comparisons: [PairedComparison]
  /// The number of tests for which ``comparisons`` are corrected.
  package let testCount: Int
  /// The number of cells in which each contender was measured.
  package let coverage: [ExactName: Int]

  init(
    _ slice: ErrorTableSlice, _ contenders: [String], reference: String, _ method: ComparisonMethod
  ) throws {
    self.slice = slice
    ranking = try ContenderRanking(slice, contenders, method)
    coverage = Dictionary(
      uniqueKeysWithValues: contenders.indices.map { contender in
        (ExactName(contenders[contender]), slice.cells.count { $0.errors[contender] != nil })
      })
    let ranked = ranking.entries.map(\.contender)
    let names = ranked + contenders.filter { !ranked.containsName($0) }.distinctNames
    var comparisons: [PairedComparison] = []
    for name in names where ExactName(name) != ExactName(reference) {
      guard let contender = contenders.firstIndex(ofName: name),
        let other = contenders.firstIndex(ofName: reference)
      else { continue }
      let pair = PairedErrors(slice.cells, contender, against: other, tie: method.tie)
      guard pair.cells + pair.lossless > 0 else { continue }
      comparisons.append(try PairedComparison(pair, name, against: reference, method))
    }
    testCount = Self.adjust(&comparisons)
    self.comparisons = comparisons
  }

  /// Corrects the p-values for the number of tests, and returns that number.
  private static func adjust(_ comparisons: inout [PairedComparison]) -> Int {
    let tested = comparisons.indices.filter { comparisons[$0].test != nil }
    let adjusted = HolmCorrection.adjusted(tested.compactMap { comparisons[$0].test?.pValue })
    for (index, p) in zip(tested, adjusted) { comparisons[index].adjustedPValue = p }
    return tested.count
  }
}
