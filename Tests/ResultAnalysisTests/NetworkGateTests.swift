import ResultAnalysis
import ResultRecords
import Testing

@Suite("The gate on rows of networks")
struct NetworkGateTests {
  private func gate(
    _ now: [NetworkRecord], _ before: [NetworkRecord], planned: [NetworkRecord.Key] = [],
    policy: GatePolicy = GatePolicy()
  ) throws -> Gate {
    let cells = [try record("net#w", "mse", mse: 1)]
    return Gate(
      cells, baseline: cells,
      networks: GateNetworks(now: now, before: before, planned: planned), policy: policy)
  }

  private func state(_ now: NetworkRecord, _ before: NetworkRecord) throws -> GateFinding.State? {
    try gate([now], [before]).findings.first { $0.place.isNetwork }?.state
  }

  @Test func `more error of the outputs or fewer right answers are worse, beyond the tolerance`()
    throws
  {
    let before = network("mse", right: 900, error: 0.01)
    #expect(try state(before, before) == .unchanged)
    #expect(try state(network("mse", right: 900, error: 0.010009), before) == .unchanged)
    #expect(try state(network("mse", right: 900, error: 0.010011), before) == .worse)
    #expect(try state(network("mse", right: 899, error: 0.01), before) == .unchanged)
    #expect(try state(network("mse", right: 898, error: 0.01), before) == .worse)
    #expect(try state(network("mse", right: 902, error: 0.01), before) == .better)
    // Worse in one and better in the other is worse.
    #expect(try state(network("mse", right: 902, error: 0.02), before) == .worse)
    // Nothing else counts by default.
    #expect(try state(network("mse", right: 900, sqnr: 1, error: 0.01), before) == .unchanged)
  }

  @Test func `the verdict and the place are those of the row`() throws {
    let before = [network("minmax"), network("mse", error: 0.01)]
    let worse = try gate([network("mse", error: 0.02)], before)
    #expect(worse.verdict == .regression)
    let finding = try #require(worse.findings.first)
    #expect(finding.place == .network(before[1].key) && finding.baselineRow == 3)
    #expect(finding.changes.map(\.name) == ["output_mse"] && finding.loss == 1)
    #expect(worse.findings(.missing).map(\.place) == [.network(before[0].key)])
    #expect((worse.comparedNetworkCount, worse.baselineNetworkCount) == (1, 2))
    #expect((worse.comparedCount, worse.baselineCount) == (1, 1))
    #expect(try gate([before[1]], before).verdict == .incomplete)
    #expect(try gate([], before).verdict == .incomplete)
    #expect(try gate(before, [before[1]]).verdict == .passed, "a new row is no failure")
    #expect(try gate([], [], planned: [before[0].key]).verdict == .incomplete)
    #expect(try gate(before, [], planned: [before[0].key]).verdict == .passed)
  }

  @Test func `a row without figures is lost, one of other samples is not comparable`() throws {
    let before = network("mse")
    let gone = NetworkRecord(before.key, nil, status: "skipped: why")
    #expect(try state(gone, before) == .lost)
    #expect(try state(before, gone) == .recovered)
    #expect(try state(gone, gone) == .unchanged)
    #expect(try state(network("mse", samples: 999), before) == .notComparable)
    #expect(try gate([network("mse", samples: 999)], [before]).verdict == .notComparable)
    #expect(try state(network("mse", right: nil, p: nil), before) == .lost)
    #expect(try state(network("mse", error: .nan), before) == .worse)
  }

  @Test func `a policy watches what it names`() throws {
    let policy = GatePolicy(networks: [.outputSQNR: Tolerance(better: .higher, absolute: 0.5)])
    let before = [network("mse", sqnr: 20, error: 0.01)]
    #expect(
      try gate([network("mse", right: 1, sqnr: 19.6)], before, policy: policy).verdict == .passed)
    #expect(try gate([network("mse", sqnr: 19.4)], before, policy: policy).verdict == .regression)
  }

  @Test func `rows alone can be compared`() throws {
    let rows = GateNetworks(now: [network("mse")], before: [network("mse")])
    #expect(Gate([], baseline: [], networks: rows).verdict == .passed)
    #expect(Gate([], baseline: []).verdict == .notComparable)
  }
}
