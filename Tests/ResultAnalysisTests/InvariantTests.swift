import QuantizationCore
import ResultAnalysis
import ResultRecords
import Testing

@Suite struct InvariantTests {
  private func laws(_ records: [ResultRecord]) -> [InvariantViolation.Law] {
    Gate(records, baseline: records).violations.map(\.law)
  }

  @Test("every committed table of results breaks no law")
  func committed() throws {
    let tables = try committedResults()
    #expect(tables.count >= 5)
    for (name, text) in tables {
      let records = try ResultFile(text).records
      let gate = Gate(records, baseline: records)
      #expect(gate.verdict == .passed && gate.violations.isEmpty, "\(name): \(gate.violations)")
    }
  }

  @Test("an error below the certified optimum is found; one within Float32 of it is not")
  func beaten() throws {
    // The root mean square is 10: Float32 hides 2.4e-6 of the root of an error.
    #expect(laws([try record("t", "x", mse: 0.99, optimum: 1)]) == [.optimumIsNeverBeaten])
    #expect(laws([try record("t", "x", mse: 1 - 4e-6, optimum: 1)]).isEmpty)
    #expect(laws([try record("t", "x", mse: 1 - 6e-6, optimum: 1)]) == [.optimumIsNeverBeaten])
    #expect(laws([try record("t", "x", mse: 1, optimum: 1)]).isEmpty)
  }

  @Test("the certificate's gap is no contradiction")
  func gap() throws {
    let plain = try record("t", "x", mse: 0.99, optimum: 1)
    let wide = ResultRecord(
      key: plain.key, elements: 1, lanes: 1, values: plain.values, status: .ok,
      optimum: ResultRecord.Optimum(mse: 1, gap: 0.02))
    #expect(laws([wide]).isEmpty)
  }

  @Test("the optimum does not grow with the bits, whoever's row tells it")
  func optimumGrows() throws {
    let narrow = try record("t", "minmax", bits: 4, mse: 3, optimum: 1)
    let wide = try record("t", "kl", bits: 6, mse: 3, optimum: 2)
    #expect(laws([narrow, wide]) == [.errorFallsWithBits])
    let elsewhere = try record(
      "t", "kl", bits: 6, mse: 3, optimum: 2, family: .affineUnsigned)
    #expect(laws([narrow, elsewhere]).isEmpty, "another grid")
  }

  @Test("the error of an estimator that promises it does not grow with the bits")
  func errorGrows() throws {
    func rows(_ name: String) throws -> [ResultRecord] {
      [try record("t", name, bits: 9, mse: 1), try record("t", name, bits: 12, mse: 2)]
    }
    #expect(laws(try rows("mse")) == [.errorFallsWithBits])
    #expect(laws(try rows("kl")).isEmpty)
    let records = try rows("kl")
    let strict = GatePolicy(monotoneEstimators: ["kl"])
    #expect(Gate(records, baseline: records, policy: strict).violations.count == 1)
  }

  @Test(
    "finer granularity never raises the optimum",
    arguments: [
      (Granularity.tensor, Granularity.channel(axis: 0), true),
      (.tensor, .group(size: 3), true),
      (.group(size: 64), .group(size: 32), true),
      (.group(size: 64), .group(size: 48), false),
      (.channel(axis: 0), .group(size: 8), true),
      (.channel(axis: 1), .group(size: 8), false),
      (.channel(axis: 0), .channel(axis: 1), false),
      (.channel(axis: 0), .tensor, false),
    ])
  func finer(coarse: Granularity, fine: Granularity, isFiner: Bool) throws {
    let records = [
      try record("t", "x", mse: 3, optimum: 1, granularity: coarse, lanes: 8),
      try record("t", "x", mse: 3, optimum: 2, granularity: fine, lanes: 8),
    ]
    #expect(laws(records) == (isFiner ? [.finerIsNeverWorse] : []))
  }

  @Test("channels of single elements are not coarser than groups")
  func oneAxis() throws {
    let records = [
      try record("t", "x", mse: 0.5, optimum: 0, granularity: .channel(axis: 0), lanes: 64),
      try record("t", "x", mse: 0.5, optimum: 0.5, granularity: .group(size: 8), lanes: 8),
    ]
    #expect(laws(records).isEmpty)
  }

  @Test("parts that do not add up are found, not-a-number among them")
  func parts() throws {
    #expect(laws([try record("t", "x", mse: 1, clipping: 0.25001)]) == [.partsAddUp])
    #expect(laws([try record("t", "x", mse: 1, clipping: .nan)]) == [.partsAddUp])
    #expect(laws([try record("t", "x", mse: 0)]).isEmpty)
  }
}
