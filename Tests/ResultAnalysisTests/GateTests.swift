import QuantizationCore
import ResultAnalysis
import ResultRecords
import Testing

@Suite struct GateTests {
  private func baseline() throws -> [ResultRecord] {
    [
      try record("t", "minmax", mse: 1), try record("t", "mse", mse: 0.5),
      try record("u", "minmax", mse: 2),
      try record("u", "kl", mse: nil, status: .skipped("not defined")),
    ]
  }

  private func gate(
    _ policy: GatePolicy = GatePolicy(), _ change: (inout [ResultRecord]) throws -> Void
  ) throws -> Gate {
    var results = try baseline()
    try change(&results)
    return Gate(results, baseline: try baseline(), policy: policy)
  }

  @Test("the same rows pass, and the verdict says how many were compared")
  func same() throws {
    let gate = try gate { $0.reverse() }
    #expect(gate.verdict == .passed)
    #expect((gate.comparedCount, gate.baselineCount) == (3, 4))
    #expect(gate.findings.allSatisfy { $0.state == .unchanged && $0.changes.isEmpty })
  }

  @Test("a worse cell is a regression, named with its row and its loss")
  func worse() throws {
    let gate = try gate { $0[2] = try record("u", "minmax", mse: 2.5) }
    #expect(gate.verdict == .regression)
    let worse = try #require(gate.findings(.worse).first)
    #expect(worse.place == .cell((try baseline())[2].key) && worse.baselineRow == 4)
    #expect(worse.loss == 0.25 && worse.changes.map(\.name) == ["mse", "sqnr_db"])
    #expect(gate.findings(.unchanged).count == 3)
    #expect(gate.findings.first?.state == .worse, "the worst first")
  }

  @Test("a better cell is reported and passes")
  func better() throws {
    let gate = try gate { $0[0] = try record("t", "minmax", mse: 0.9) }
    #expect(gate.verdict == .passed && gate.findings(.better).count == 1)
  }

  @Test("a loss within the tolerance passes and is still told from the same bits")
  func within() throws {
    let gate = try gate { $0[0] = try record("t", "minmax", mse: 1 + 5e-7) }
    #expect(gate.verdict == .passed)
    let changes = gate.findings.flatMap(\.changes)
    #expect(!changes.isEmpty && changes.allSatisfy { $0.verdict == .within })
  }

  @Test("both limits must be exceeded", arguments: [(0.2, 0.05), (0.05, 0.2), (0.2, 0.2)])
  func bothLimits(absolute: Double, relative: Double) throws {
    func verdict(_ absolute: Double, _ relative: Double) throws -> Gate.Verdict {
      let tolerance = Tolerance(better: .lower, absolute: absolute, relative: relative)
      return try gate(GatePolicy(metrics: [.mse: tolerance])) {
        $0[0] = try record("t", "minmax", mse: 1.1)
      }.verdict
    }
    #expect(try verdict(absolute, relative) == .passed)
    #expect(try verdict(0.05, 0.05) == .regression)
  }

  @Test("an override holds for its estimator: the full name before the rule")
  func overrides() throws {
    let loose = Tolerance(better: .lower, relative: 1)
    let strict = Tolerance(better: .lower)
    let policy = GatePolicy(
      metrics: [.mse: strict],
      overrides: ["percentile": [.mse: loose], "percentile[p=99]": [.mse: strict]])
    #expect(policy.tolerances(for: "percentile[p=99.9]")[.mse] == loose)
    #expect(policy.tolerances(for: "percentile[p=99]")[.mse] == strict)
    #expect(policy.tolerances(for: "minmax")[.mse] == strict)
    let names: Set = ["percentile[p=99.9]", "minmax"]
    #expect(policy.unusedNames(among: names) == ["percentile[p=99]"])
    let gate = try gate(GatePolicy(metrics: [.mse: strict], overrides: ["minmax": [.mse: loose]])) {
      $0[0] = try record("t", "minmax", mse: 1.5)
    }
    #expect(gate.verdict == .passed)
  }

  @Test("the direction of a metric is its own unless the policy turns it")
  func direction() throws {
    let sqnr = Tolerance(better: .higher)
    #expect(sqnr.verdict(10, baseline: 9) == .better && sqnr.verdict(8, baseline: 9) == .worse)
    #expect(sqnr.verdict(.infinity, baseline: 9) == .better)
    #expect(sqnr.verdict(9, baseline: .infinity) == .worse)
    #expect(sqnr.verdict(.infinity, baseline: .infinity) == .same)
    let mse = Tolerance(better: .lower, absolute: 1, relative: 1)
    #expect(mse.verdict(.infinity, baseline: 5) == .worse)
    #expect(mse.verdict(.nan, baseline: 5) == .worse && mse.verdict(5, baseline: .nan) == .better)
    #expect(mse.verdict(.nan, baseline: .nan) == .same)
    #expect(Tolerance(better: .lower, relative: 0.1).verdict(1e-30, baseline: 0) == .worse)
  }

  @Test("a missing row is incomplete; with a regression it is a regression")
  func missing() throws {
    let missing = try gate { $0.removeFirst() }
    #expect(missing.verdict == .incomplete)
    #expect(missing.findings(.missing).map(\.place) == [.cell((try baseline())[0].key)])
    let both = try gate {
      $0.removeFirst()
      $0[0] = try record("t", "mse", mse: 0.6)
    }
    #expect(both.verdict == .regression)
    let skipped = try gate { $0.removeLast() }
    #expect(skipped.verdict == .incomplete, "even one without a result")
  }

  @Test("a cell that failed or was skipped is lost, one that has a result again is recovered")
  func statuses() throws {
    let lost = try gate { $0[0] = try record("t", "minmax", mse: nil, status: .failed("no")) }
    #expect(lost.verdict == .incomplete && lost.findings(.lost).first?.reason == "failed: no")
    let back = try gate { $0[3] = try record("u", "kl", mse: 1) }
    #expect(back.verdict == .passed && back.findings(.recovered).count == 1)
  }

  @Test("a metric that is gone is not passed over")
  func lostMetric() throws {
    let old = [try record("t", "x", mse: 2, optimum: 1)]
    let gate = Gate([try record("t", "x", mse: 2)], baseline: old)
    #expect(gate.verdict == .incomplete)
    #expect(gate.findings(.lost).first?.reason == "no optimal_mse any more")
  }

  @Test("new cells are reported, planned ones that are not there are missing")
  func newAndPlanned() throws {
    let results = try baseline() + [try record("v", "mse", mse: 1)]
    let planned = try record("w", "mse", mse: nil).key
    let gate = Gate(results, baseline: try baseline(), planned: results.map(\.key))
    #expect(gate.verdict == .passed && gate.findings(.new).count == 1)
    let short = Gate(results, baseline: try baseline(), planned: [planned])
    #expect(
      short.verdict == .incomplete && short.findings(.missing).map(\.place) == [.cell(planned)])
  }

  @Test("nothing compared is a failure")
  func nothing() throws {
    #expect(Gate(try baseline(), baseline: []).verdict == .notComparable)
    #expect(Gate([], baseline: try baseline()).verdict == .notComparable)
    let other = [try record("other", "mse", mse: 1)]
    #expect(Gate(other, baseline: try baseline()).verdict == .notComparable)
    let skipped = [try record("u", "kl", mse: nil, status: .skipped("why"))]
    #expect(Gate(skipped, baseline: skipped).verdict == .notComparable)
    let unwatched = Gate(try baseline(), baseline: try baseline(), policy: GatePolicy(metrics: [:]))
    #expect(unwatched.verdict == .notComparable)
  }

  @Test("another tensor under the same name is not comparable")
  func otherData() throws {
    let gate = try gate { $0[0] = try record("t", "minmax", mse: 1, elements: 65) }
    #expect(gate.verdict == .notComparable && gate.findings(.notComparable).count == 1)
  }

  @Test("a broken invariant fails whatever the baseline says")
  func invariant() throws {
    let broken = [try record("t", "x", mse: 0.5, optimum: 1)]
    #expect(Gate(broken, baseline: broken).verdict == .regression)
  }
}
