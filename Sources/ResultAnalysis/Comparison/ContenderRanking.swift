internal import Foundation
internal import ResultRecords
package import ScientificMath
internal import TensorIO

/// The order of the contenders of a slice, and the groups that the data cannot tell apart.
///
/// Only contenders measured in every cell of the slice are ranked, because a mean over fewer,
/// perhaps easier, cells would not be comparable. Within a tensor the rank goes by the mean
/// logarithm of the errors. Cells in which a contender has no error have no logarithm and are
/// omitted.
package struct ContenderRanking: Sendable {
  /// A ranked contender.
  package struct Entry: Sendable {
    /// The name of the contender.
    package let contender: String
    /// The mean over tensors of the contender's rank; 1 is the least error.
    package let meanRank: Double
  }

  /// Two ranked contenders, with Wilcoxon's p-value corrected by Holm over all pairs.
  package struct Pair: Sendable {
    /// The one with the lower mean rank.
    package let first: String
    /// The one with the higher mean rank.
    package let second: String
    /// The corrected p-value.
    package let adjustedPValue: Double
  }

  /// The ranked contenders, least mean rank first, equals by name.
  package let entries: [Entry]
  /// The number of ranked tensors.
  package let tensors: Int
  /// Friedman's test that all contenders are alike; nil with too few tensors or fewer than three
  /// contenders.
  package let friedman: FriedmanTest?
  /// Nemenyi's critical difference of mean ranks; nil with too few tensors.
  package let criticalDifference: Double?
  /// Every pair of ranked contenders; empty with too few tensors.
  package let pairs: [Pair]
  /// The longest runs of two or more neighbors in which no pair differs by Wilcoxon's test.
  package let wilcoxonGroups: [Range<Int>]
  /// The same by Nemenyi's test.
  package let nemenyiGroups: [Range<Int>]

  init(_ slice: ErrorTableSlice, _ contenders: [String], _ method: ComparisonMethod) throws {
    let complete = contenders.indices.filter { contender in
      slice.cells.allSatisfy { $0.errors[contender] != nil }
    }
    let scores = Self.scores(slice.cells, complete, tie: method.tie)
    tensors = scores.count
    let ranks = scores.map { Ranks($0).values }
    let means = complete.indices.map { index in
      ranks.reduce(0) { $0 + $1[index] } / Double(max(1, ranks.count))
    }
    let order = complete.indices.sorted {
      (means[$0], ExactName(contenders[complete[$0]])) < (
        means[$1], ExactName(contenders[complete[$1]])
      )
    }
    entries = order.map { Entry(contender: contenders[complete[$0]], meanRank: means[$0]) }
    guard scores.count >= ComparisonMethod.leastTensors, complete.count >= 2 else {
      (friedman, criticalDifference, pairs) = (nil, nil, [])
      (wilcoxonGroups, nemenyiGroups) = ([], [])
      return
    }
    friedman = complete.count >= 3 ? try FriedmanTest(blocks: scores) : nil
    let critical = try NemenyiTest.criticalDifference(
      treatments: complete.count, blocks: scores.count, level: method.level)
    let ranked = order.map { complete[$0] }
    let places = ranked.indices.flatMap { first in
      (first + 1..<ranked.count).map { (first, $0) }
    }
    let pValues = try places.map { first, second in
      let pair = PairedErrors(
        slice.cells, ranked[first], against: ranked[second], tie: method.tie)
      return try SignedRankTest(differences: pair.steps).pValue
    }
    let adjusted = HolmCorrection.adjusted(pValues)
    pairs = zip(places, adjusted).map { place, p in
      Pair(
        first: contenders[ranked[place.0]], second: contenders[ranked[place.1]], adjustedPValue: p)
    }
    criticalDifference = critical
    var differ = ranked.map { _ in [Bool](repeating: false, count: ranked.count) }
    for (place, p) in zip(places, adjusted) { differ[place.0][place.1] = p <= method.level }
    wilcoxonGroups = Self.groups(ranked.count) { differ[$0][$1] }
    let ordered = order.map { means[$0] }
    nemenyiGroups = Self.groups(ranked.count) { ordered[$1] - ordered[$0] >= critical }
  }

  /// For each tensor the mean logarithms of the errors of the given contenders.
  private static func scores(
    _ cells: [ErrorTable.Cell], _ contenders: [Int], tie: Double
  ) -> [[Double]] {
    let usable = cells.filter { cell in contenders.allSatisfy { cell.errors[$0] != 0 } }
    let byTensor = Dictionary(grouping: usable, by: \.key.tensorName)
    return byTensor.keys.sorted().compactMap { byTensor[$0] }.map { cells in
      merged(
        contenders.map { contender in
          cells.reduce(0) { $0 + log($1.errors[contender] ?? .nan) } / Double(cells.count)
        }, tie: tie)
    }
  }

  /// Makes tied scores equal: each takes the value of the next lower one within the tie tolerance.
  private static func merged(_ scores: [Double], tie: Double) -> [Double] {
    var merged = scores
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    for (lower, upper) in zip(order, order.dropFirst()) where scores[upper] - scores[lower] <= tie {
      merged[upper] = merged[lower]
    }
    return merged
  }

  /// The longest runs of neighbors in which no pair differs.
  private static func groups(_ count: Int, _ differ: (Int, Int) -> Bool) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    for start in 0..<count {
      var end = start + 1
      while end < count && !(start..<end).contains(where: { differ($0, end) }) { end += 1 }
      if end - start >= 2 && end > (groups.last?.upperBound ?? 0) { groups.append(start..<end) }
    }
    return groups
  }
}
