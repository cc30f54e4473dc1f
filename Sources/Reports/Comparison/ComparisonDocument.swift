package import ResultAnalysis
internal import ResultRecords
internal import ScientificMath
internal import TensorIO

/// A comparison as JSON: everything, at full precision.
package struct ComparisonDocument: Encodable {
  private let kind: String
  private let contenders: [String]
  private let reference: String
  private let cells: Int
  private let heldOutCells: Int
  private let level: Double
  private let tie: Double
  private let seed: UInt64
  private let slices: [Slice]
  private let largestChanges: [Change]
  /// Nothing if no file has rows of networks.
  private let networks: [NetworkPair]?

  private struct Slice: Encodable {
    let axis: String
    let value: String
    let tensors: Int
    let cells: Int
    let comparisons: [Pair]
    let tests: Int
    let ranking: [Rank]
    let unranked: [Coverage]
    let friedman: Friedman?
    let criticalDifference: Double?
    let wilcoxonGroups: [[String]]
    let nemenyiGroups: [[String]]
    let pairs: [RankedPair]
    let remarks: [String]
  }

  private struct Pair: Encodable {
    let contender: String
    let tensors: Int
    let cells: Int
    let lossless: Int
    let ratio: Double?
    let medianRatio: Double?
    let interval: [Double]?
    let wins: Int
    let ties: Int
    let losses: Int
    let statistic: Double?
    let p: Double?
    let pHolm: Double?
    let method: String?
  }

  private struct Rank: Encodable {
    let contender: String
    let meanRank: Double
  }

  private struct Coverage: Encodable {
    let contender: String
    let cells: Int
  }

  private struct Friedman: Encodable {
    let chiSquared: Double
    let p: Double
    let imanDavenportF: Double
    let imanDavenportP: Double
  }

  private struct RankedPair: Encodable {
    let first: String
    let second: String
    let pHolm: Double
  }

  private struct Change: Encodable {
    let place: PartialKey
    let contender: String
    let from: Double
    let to: Double

    enum CodingKeys: CodingKey { case contender, from, to }

    func encode(to encoder: any Encoder) throws {
      try place.encode(to: encoder)
      var object = encoder.container(keyedBy: CodingKeys.self)
      try object.encode(contender, forKey: .contender)
      try object.encode(from, forKey: .from)
      try object.encode(to, forKey: .to)
    }
  }

  private struct NetworkPair: Encodable {
    let key: NetworkRecord.Key
    let contender: String
    let from: NetworkRecord.Figures
    let to: NetworkRecord.Figures
    let accuracyDifference: Double?
    let intervalsApart: Bool?
    let sqnrDifference: Double
  }

  /// Prepares the document; `networks` are the rows of networks of several files, if there are some.
  package init(_ comparison: ErrorComparison, networks: NetworkComparison? = nil) {
    self.networks = networks?.pairs.map {
      NetworkPair(
        key: $0.key, contender: $0.contender, from: $0.from, to: $0.to,
        accuracyDifference: $0.accuracyChange, intervalsApart: $0.isApart,
        sqnrDifference: $0.sqnrChange)
    }
    kind = comparison.errorTable.kind.rawValue
    contenders = comparison.errorTable.contenders
    reference = comparison.reference
    cells = comparison.errorTable.cells.count
    heldOutCells = comparison.errorTable.cells.count { $0.key.split != nil }
    level = comparison.method.level
    tie = comparison.method.tie
    seed = comparison.method.seed
    let tables = ComparisonTables(comparison: comparison)
    slices = comparison.slices.map { Self.slice($0, remarks: tables.remarks($0)) }
    largestChanges =
      comparison.errorTable.kind == .files ? comparison.largestChanges(10).map(Self.change) : []
  }

  private static func slice(_ part: SliceComparison, remarks: [String]) -> Slice {
    let ranking = part.ranking
    let ranked = Set(ranking.entries.map { ExactName($0.contender) })
    func names(_ groups: [Range<Int>]) -> [[String]] {
      groups.map { ranking.entries[$0].map(\.contender) }
    }
    return Slice(
      axis: part.slice.axis.rawValue, value: part.slice.value, tensors: part.slice.tensors.count,
      cells: part.slice.cells.count, comparisons: part.comparisons.map(pair),
      tests: part.testCount,
      ranking: ranking.entries.map { Rank(contender: $0.contender, meanRank: $0.meanRank) },
      unranked: part.coverage.keys.filter { !ranked.contains($0) }.sorted().map {
        Coverage(contender: $0.text, cells: part.coverage[$0] ?? 0)
      },
      friedman: ranking.friedman.map {
        Friedman(
          chiSquared: $0.chiSquared, p: $0.chiSquaredPValue, imanDavenportF: $0.fStatistic,
          imanDavenportP: $0.fPValue)
      }, criticalDifference: ranking.criticalDifference,
      wilcoxonGroups: names(ranking.wilcoxonGroups), nemenyiGroups: names(ranking.nemenyiGroups),
      pairs: ranking.pairs.map {
        RankedPair(first: $0.first, second: $0.second, pHolm: $0.adjustedPValue)
      }, remarks: remarks)
  }

  private static func pair(_ pair: PairedComparison) -> Pair {
    Pair(
      contender: pair.contender, tensors: pair.tensors, cells: pair.cells, lossless: pair.lossless,
      ratio: pair.ratio, medianRatio: pair.medianRatio,
      interval: pair.interval.map { [$0.lowerBound, $0.upperBound] }, wins: pair.wins,
      ties: pair.ties, losses: pair.losses, statistic: pair.test?.statistic,
      p: pair.test?.pValue, pHolm: pair.adjustedPValue, method: pair.test?.method.rawValue)
  }

  private static func change(_ change: ErrorComparison.Change) -> Change {
    Change(
      place: change.key.partialKey, contender: change.contender, from: change.from, to: change.to)
  }
}
