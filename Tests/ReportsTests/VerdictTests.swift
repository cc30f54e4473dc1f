import QuantizationCore
import Reports
import ResultRecords
import Testing

@Suite struct VerdictTests {
  private func sentences(_ records: [ResultRecord]) throws -> (advice: String, certainty: String) {
    let subject = ReportSubject(
      name: "trial", records: records,
      origin: ReportOrigin(path: "r.csv", contentHash: "", commands: []))
    let page = try PageDocument(ReportPage([subject]).html)
    func text(_ style: String) -> String {
      page.all.first { $0["class"] == style }?.text ?? ""
    }
    return (text("advice"), text("certainty"))
  }

  private func records(
    tensors: Int, bits: [Int] = [4, 8], _ errors: [String: (Int, Int) -> Double]
  ) throws -> [ResultRecord] {
    try (0..<tensors).flatMap { tensor in
      try bits.flatMap { width in
        try errors.keys.sorted().compactMap { name in
          try errors[name].map {
            try record("t\(tensor)", name, bits: width, mse: $0(tensor, width))
          }
        }
      }
    }
  }

  @Test func `an estimator without regret is the optimum, and the next are contested`() throws {
    let verdict = try sentences(
      try records(
        tensors: 8,
        [
          "best": { _, _ in 1 }, "x": { _, width in width == 4 ? 1.1 : 1.5 },
          "y": { _, width in width == 4 ? 1.2 : 1.25 },
        ]))
    #expect(
      verdict.advice
        == "Use best at every bit width: it finds the least error that any range can have. "
        + "Of the other rules x at 4 bits and y at 8 bits come next, with 10 % to 25 % more error.")
    // Eight wins of eight: p = 2/256, twice for the two rows.
    #expect(
      verdict.certainty
        == "The lead of each over the rule after it is more than chance at every bit width "
        + "(p ≤ 0.016); with 8 tensors only large and consistent differences show.")
  }

  @Test func `different leaders are named with their widths`() throws {
    let verdict = try sentences(
      try records(
        tensors: 6, bits: [2, 4, 8],
        [
          "a": { tensor, width in width < 8 ? 1 : tensor == 0 ? 1.9 : 2 },
          "b": { tensor, width in width < 8 ? (tensor == 0 ? 0.9 : 2) : 1 },
        ]))
    #expect(verdict.advice.hasPrefix("Use a at 2 and 4 bits and b at 8 bits; the next best, "))
    #expect(verdict.certainty == "The lead may be chance: 6 tensors cannot tell the two apart.")
  }

  @Test func `too few tensors are no test`() throws {
    let verdict = try sentences(
      try records(tensors: 5, bits: [4], ["a": { $0 + $1 > 4 ? 1 : 2 }, "b": { _, _ in 1.5 }]))
    #expect(
      verdict.certainty
        == "How sure that is cannot be tested: 5 tensors are too few (6 are needed).")
  }

  @Test func `an estimator that is missing somewhere does not win`() throws {
    var records = try records(tensors: 6, ["a": { _, _ in 2 }, "b": { _, _ in 3 }])
    records.append(try record("t0", "lucky", bits: 4, mse: 1))
    #expect(try sentences(records).advice.hasPrefix("Use a at every bit width; the next best, b,"))
  }

  @Test func `ties are said`() throws {
    let verdict = try sentences(try records(tensors: 6, ["a": { _, _ in 2 }, "b": { _, _ in 2 }]))
    #expect(verdict.advice.hasPrefix("Use a at every bit width: it finds the least error"))
    #expect(verdict.certainty.isEmpty)
  }

  @Test func `held-out batches are judged by how many were calibrated on`() throws {
    let held = try #require(BatchSet("4..7"))
    let records = try (0..<8).flatMap { tensor in
      try ["0..0", "1..1", "0..3"].flatMap { batches in
        try ["a", "b"].map { name in
          let few = batches != "0..3"
          let plain = try record("t\(tensor)", name, mse: (name == "a") == few ? 2 : 3)
          let key = ResultRecord.Key(
            tensor: plain.key.subject.description, estimator: name, grid: plain.key.grid,
            granularity: plain.key.granularity,
            split: CalibrationSplit(calibration: try #require(BatchSet(batches)), heldOut: held))
          return ResultRecord(
            key: key, elements: 5, lanes: 1, values: plain.values, status: .ok,
            optimum: ResultRecord.Optimum(mse: 1, gap: 0))
        }
      }
    }
    let verdict = try sentences(records)
    #expect(
      verdict.advice.hasPrefix("Use a from 1 batch and b from 4 batches; the next best, b from"),
      "\(verdict.advice)")
    #expect(verdict.advice.hasSuffix("has 50 % more error."))
    #expect(verdict.certainty.contains("from any number of calibration batches (p ≤ 0.0"))
  }
}
