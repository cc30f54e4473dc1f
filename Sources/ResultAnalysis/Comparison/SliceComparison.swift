internal import ResultRecords
internal import ScientificMath
package import TensorIO

/// What a slice says about its contenders.
package struct SliceComparison: Sendable {
  /// The slice.
  package let slice: ErrorTableSlice
  /// The order of the contenders.
  package let ranking: ContenderRanking
  /// Each contender but the reference against it: ranked ones by rank, then the others by name.
  package let comparisons: [PairedComparison]
  /// How many p-values the corrections of ``comparisons`` are for.
  package let testCount: Int
  /// In how many cells each contender was measured.
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

  /// Corrects the p-values for their number; returns it.
  private static func adjust(_ comparisons: inout [PairedComparison]) -> Int {
    let tested = comparisons.indices.filter { comparisons[$0].test != nil }
    let adjusted = HolmCorrection.adjusted(tested.compactMap { comparisons[$0].test?.pValue })
    for (index, p) in zip(tested, adjusted) { comparisons[index].adjustedPValue = p }
    return tested.count
  }
}
