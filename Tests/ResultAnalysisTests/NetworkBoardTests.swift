import QuantizationCore
import ResultAnalysis
import ResultRecords
import ScientificMath
import Testing

@Suite("Networks rule by rule")
struct NetworkBoardTests {
  /// Cells of two tensors of `net` for each rule: a weight by channel and an activation, each with the
  /// given ratio to the optimum.
  private func cells(_ ratios: [(String, Double)], bits: Int = 8) throws -> [ResultRecord] {
    try ratios.flatMap { name, ratio in
      [
        try record(
          "net#w", name, bits: bits, mse: ratio, optimum: 1, granularity: .channel(axis: 0)),
        try record(
          "net#a", name, bits: bits, mse: 4 * ratio, optimum: 4, family: .affineUnsigned),
      ]
    }
  }

  private func width(
    _ rows: [NetworkRecord], _ cells: [ResultRecord]
  ) throws -> NetworkWidth {
    try #require(NetworkBoard.boards(rows, cells).first?.widths.first)
  }

  @Test func `the tensor error of a rule is that of the cells of its setting`() throws {
    // Each kind of cell has a ratio of its own, so that every wrong one would show.
    let weight = try [
      (Granularity.tensor, 2.0), (.channel(axis: 1), 3), (.group(size: 4, axis: 1), 5),
    ].map { try record("net#w", "r", bits: 8, mse: $1, optimum: 1, granularity: $0) }
    let activation = try [(GridFamily.affineUnsigned, 7.0), (.symmetricNarrow, 11)].map {
      try record("net#a", "r", bits: 8, mse: $1, optimum: 1, family: $0)
    }
    // Without groups: it shares by channel there.
    let other = try record(
      "net#v", "r", bits: 8, mse: 13, optimum: 1, granularity: .channel(axis: 0))
    let rest = [
      try record("net#w", "r", bits: 4, mse: 100, optimum: 1, granularity: .channel(axis: 1)),
      try record("network#w", "r", bits: 8, mse: 100, optimum: 1),
    ]
    let all = weight + activation + [other] + rest
    func ratio(_ granularity: String, _ activations: String) throws -> Double {
      let row = network("r", granularity: granularity, activations: activations)
      return try #require(try width([row], all).entries.first?.ratio)
    }
    func mean(_ ratios: Double...) -> Double {
      let product = ratios.reduce(1, *)
      return ratios.count == 3 ? cubeRoot(product) : product.squareRoot()
    }
    func isNear(_ left: Double, _ right: Double) -> Bool { abs(left / right - 1) < 1e-12 }
    #expect(isNear(try ratio("channel", "uint8-affine"), mean(3, 7, 13)))
    #expect(isNear(try ratio("channel", "int8-narrow"), mean(3, 11, 13)))
    #expect(isNear(try ratio("group:4", "uint8-affine"), mean(5, 7, 13)))
    #expect(isNear(try ratio("tensor", "uint8-affine"), mean(2, 7)))
    // Where no weight has lanes: those without a cell on the grid of activations are weights.
    let plain = [weight[0]] + activation
    let row = network("r", granularity: "tensor")
    let found = try #require(try width([row], plain).entries.first?.ratio)
    #expect(isNear(found, mean(2, 7)))
  }

  private func cubeRoot(_ value: Double) -> Double {
    var root = 1.0
    for _ in 0..<60 { root -= (root * root * root - value) / (3 * root * root) }
    return root
  }

  @Test func `most right answers lead, and among equals the highest ratio`() throws {
    let rows = [
      network("a", right: 910, sqnr: 10), network("b", right: 912, sqnr: 8),
      network("c", right: 912, sqnr: 9), network("d", right: 700, sqnr: .nan),
    ]
    let width = try width(rows, try cells([("a", 1), ("b", 1.5), ("c", 1.25), ("d", 9)]))
    #expect(width.leader?.name == "c" && width.leastError?.name == "a")
    let entries = width.entries
    #expect(entries.map { width.place(of: $0, by: .accuracy) } == [3, 1, 1, 4])
    #expect(entries.map { width.place(of: $0, by: .sqnr) } == [1, 3, 2, 4])
    #expect(entries.map { width.place(byErrorOf: $0) } == [1, 3, 2, 4])
    #expect(!entries[0].isApart(from: entries[1]) && entries[3].isApart(from: entries[0]))
    let row = try #require(NetworkVerdict(NetworkBoard.boards(rows, [])).rows.first)
    #expect(row.leader.name == "c" && row.taking == 4 && row.level == 2 && !row.isOpen)
  }

  @Test func `without labels the ratio leads, and nothing is said to be level`() throws {
    let rows = [
      network("a", right: nil, sqnr: 10, p: nil), network("b", right: nil, sqnr: 12, p: nil),
    ]
    let row = try #require(NetworkVerdict(NetworkBoard.boards(rows, [])).rows.first)
    #expect(row.leader.name == "b" && row.level == 0 && row.isLoss == nil && !row.isOpen)
  }

  @Test func `a verdict has a row for each network and width over all settings`() throws {
    let rows = [
      network("a", bits: 8, right: 900), network("a", bits: 4, right: 500, p: 1e-9),
      network("a", bits: 8, right: 905, granularity: "tensor"),
      network("a", bits: 8, right: 10, model: "other", granularity: "tensor"),
    ]
    let verdict = NetworkVerdict(NetworkBoard.boards(rows, []))
    #expect(verdict.rows.map(\.model) == ["net", "net", "other"])
    #expect(verdict.rows.map(\.bits) == [8, 4, 8])
    #expect(verdict.rows[0].setting?.granularity == "tensor" && verdict.rows[0].isOpen)
    #expect(verdict.rows[2].setting == nil)
    #expect(verdict.rows.map(\.isLoss) == [false, true, false])
    #expect(verdict.networks.map(\.count) == [2, 1])
  }

  @Test func `order on tensors and in the network are compared by rank`() throws {
    let names = ["a", "b", "c", "d", "e", "f"]
    let ratios = names.enumerated().map { ($1, 1 + Double($0) / 10) }
    // The more tensor error, the more right answers; the outputs follow the tensors.
    let rows = names.enumerated().map { network($1, right: 900 + $0, sqnr: 30 - Double($0)) }
    let width = try width(rows, try cells(ratios))
    #expect(width.correlation(with: .accuracy)?.value == -1)
    #expect(width.correlation(with: .sqnr)?.value == 1)
    let few = try self.width(Array(rows.dropLast()), try cells(ratios))
    #expect(few.correlation(with: .sqnr) == nil && few.disagreements.isEmpty)
  }

  @Test func `rules whose places are far apart are named, the furthest first`() throws {
    let names = ["a", "b", "c", "d", "e", "f", "g"]
    let ratios = names.enumerated().map { ($1, 1 + Double($0) / 10) }
    // a: first on tensors, last in the network. b: told apart by accuracy alone. g: the other way round.
    let sqnr = ["a": 1.0, "b": 26, "c": 27, "d": 25, "e": 24, "f": 23, "g": 28]
    let right = ["a": 905, "b": 800, "c": 910, "d": 911, "e": 906, "f": 907, "g": 908]
    let rows = names.map { network($0, right: right[$0] ?? 0, sqnr: sqnr[$0] ?? 0) }
    let found = try width(rows, try cells(ratios)).disagreements
    #expect(found.map(\.entry.name) == ["a", "g", "b"])
    #expect(found.map(\.isWorse) == [true, false, true])
    #expect(found.map(\.onTensors) == [1, 7, 2] && found.map(\.inNetwork) == [7, 1, 3])
    #expect(found.allSatisfy { $0.count == 7 })
    // Where the intervals overlap, b is not lost.
    let near = rows.map { $0.key.estimator == "b" ? network("b", right: 904, sqnr: 26) : $0 }
    #expect(try width(near, try cells(ratios)).disagreements.map(\.entry.name) == ["a", "g"])
  }

  @Test func `files are compared row by row`() throws {
    let skipped = NetworkRecord(network("s").key, nil, status: "skipped: why")
    let old = [network("a", right: 900, sqnr: 20), network("b"), skipped]
    let new = [
      network("a", right: 700, sqnr: 17.5), network("c"),
      NetworkRecord(skipped.key, network("s").figures),
    ]
    let comparison = try #require(
      NetworkComparison([("old", old), ("new", new)], reference: "old"))
    let pair = try #require(comparison.pairs.first)
    #expect(comparison.pairs.count == 1 && comparison.unpaired == 3)
    #expect(pair.contender == "new" && pair.key == old[0].key && pair.sqnrChange == -2.5)
    #expect(abs((pair.accuracyChange ?? 0) + 0.2) < 1e-12 && pair.isApart == true)
    #expect(NetworkComparison([("old", []), ("new", [])], reference: "old") == nil)
    #expect(
      NetworkComparison([("old", old), ("same", old)], reference: "same")?.pairs.map(\.isApart)
        == [false, false])
  }
}
