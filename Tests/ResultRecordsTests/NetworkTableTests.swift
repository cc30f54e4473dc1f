import ResultRecords
import Testing

@Suite("Tables of networks")
struct NetworkTableTests {
  private func key(_ estimator: String, bits: Int = 8) -> NetworkRecord.Key {
    NetworkRecord.Key(
      model: "m, \"one\"", data: "d.npz", estimator: estimator, bits: bits, weights: "int8-narrow",
      activations: "uint8-affine", granularity: "channel")
  }

  /// Two rows with figures, labelled and not, and one without.
  private var records: [NetworkRecord] {
    [
      NetworkRecord(
        key("mse"),
        .init(
          samples: 997, floatRight: 331, right: 332, pValue: 1, mrr: 0.25, agreement: 0.9,
          outputMse: 1e-7, outputSqnrDb: 31.25, outputCosine: 1, outputKl: 0.1 + 0.2, bytes: 1234)),
      NetworkRecord(
        key("kl"),
        .init(
          samples: 3, floatRight: nil, right: nil, pValue: nil, mrr: nil, agreement: 1,
          outputMse: 0, outputSqnrDb: .infinity, outputCosine: 1, outputKl: 0, bytes: 9)),
      NetworkRecord(key("sawb", bits: 6), nil, status: "skipped: not at 6 bits, sorry"),
    ]
  }

  private var text: String { NetworkTable.text(records) { _, _ in 0...1 } }

  @Test func `what is written reads back the same, right answers to the last one`() throws {
    #expect(try NetworkTable.records(in: text) == records)
    #expect(try NetworkTable.records(in: "") == [])
    // Every count comes back from its share and the drop; 1/49 times 49 is less than 1.
    for samples in [49, 1000] {
      for right in 0...samples {
        let record = NetworkRecord(
          key("r"),
          .init(
            samples: samples, floatRight: (7 * right) % (samples + 1), right: right, pValue: 0.5,
            mrr: nil, agreement: 0, outputMse: 1, outputSqnrDb: 0, outputCosine: 0, outputKl: 0,
            bytes: 0))
        let text = NetworkTable.text([record]) { _, _ in 0...1 }
        #expect(try NetworkTable.records(in: text) == [record])
      }
    }
  }

  @Test func `columns are found by name, and later ones are ignored`() throws {
    let rows = text.split(separator: "\n")
    let longer = zip(rows, ["later", "1", "2", "3"]).map { "\($1),\($0)\n" }.joined()
    #expect(try NetworkTable.records(in: longer) == records)
  }

  @Test(arguments: [
    ("bits", "bit", "row 1: no column 'bits'; expected a networks.csv"),
    ("997,0.33299899699097", "997,1.33", "row 2: column 'top1' cannot be '1.33"),
    (",997,", ",0,", "row 2: column 'samples' cannot be '0'"),
    (",inf,", ",much,", "row 3: column 'output_sqnr_db' cannot be 'much'"),
    ("kl,8", "mse,8", "row 3: 'm, \"one\" mse 8 bits int8-narrow uint8-affine channel on d.npz'"),
    (",9,ok", ",9", "row 3: has 20 cells; expected 21, as the header has"),
    ("\"skipped: not at 6 bits, sorry\"", "ok", "row 4: column 'samples' cannot be ''"),
  ])
  func `faults have their place`(good: String, bad: String, message: String) {
    let broken = text.replacing(good, with: bad)
    #expect(broken != text)
    do {
      let read = try NetworkTable.records(in: broken)
      Issue.record("was read: \(read.count) rows")
    } catch {
      #expect(error.description.hasPrefix(message), "\(error.description)")
    }
  }
}
