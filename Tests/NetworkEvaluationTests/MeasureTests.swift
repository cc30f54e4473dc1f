import Foundation
import NetworkEvaluation
import NetworkRuntime
import Testing
import _TestSupport

@Suite("Measures of outputs")
struct MeasureTests {
  // Products and logarithms of a handful of Doubles.
  private func near(_ one: Double, _ other: Double) -> Bool {
    abs(one - other) <= 1e-12 * abs(other)
  }

  @Test func `errors of four numbers by hand`() {
    var errors = OutputErrors()
    errors.add([1, 2], [1.5, 2], width: 2)
    errors.add([-2, 0], [-2, 1], width: 2)
    // Differences 0.5 and 1: 1.25 in all; 1 + 4 + 4 = 9 and 2.25 + 4 + 4 + 1 = 11.25; 1.5 + 4 + 4 = 9.5.
    #expect(near(errors.meanSquaredError, 0.3125))
    #expect(near(errors.signalToNoise, 10 * log10(9 / 1.25)))
    #expect(near(errors.cosine, 9.5 / (9 * 11.25).squareRoot()))
  }

  @Test func `divergence of scores goes by the softmax, of probabilities by themselves`() {
    var scores = OutputErrors()
    scores.add([0, 0], [0, Float(log(3.0))], width: 2)
    // p = (1/2, 1/2), q = (1/4, 3/4): ln 2 / 2 + ln(2/3) / 2 = ln(4/3) / 2. ln 3 is a Float.
    #expect(abs(scores.meanDivergence - log(4.0 / 3) / 2) < 1e-7)
    var shares = OutputErrors()
    shares.add([0.5, 0.5, 1, 0], [0.25, 0.75, 0.5, 0.5], width: 2)
    #expect(near(shares.meanDivergence, (log(4.0 / 3) / 2 + log(2)) / 2))
    // Large scores: no exponential overflows.
    var large = OutputErrors()
    large.add([1000, 0, -1000], [1000, 0, -1000], width: 3)
    #expect(large.meanDivergence == 0)
  }

  @Test func `nothing, and nothing that differs`() {
    let none = OutputErrors()
    #expect(none.meanSquaredError.isNaN && none.meanDivergence.isNaN)
    var same = OutputErrors()
    same.add([3, 4], [3, 4], width: 1)
    #expect(same.meanSquaredError == 0 && same.signalToNoise == .infinity && same.cosine == 1)
    var zeros = OutputErrors()
    zeros.add([0, 0], [0, 0], width: 2)
    #expect(zeros.signalToNoise == .infinity && zeros.cosine == 1)
  }

  @Test func `ranks of documents by hand`() {
    // Products of each query with the three documents: [1, 0, 2], [0, 1, 2],
    // [1.5, 1.5, 6].
    let retrieval = Retrieval(
      queries: [1, 0, 0, 1, 1.5, 1.5], documents: [1, 0, 0, 1, 2, 2].map { Float($0) }, width: 2)
    #expect(retrieval.ranks == [1, 1, 0])
    #expect(retrieval.isFirst == [false, false, true])
    #expect(near(retrieval.meanReciprocalRank, (0.5 + 0.5 + 1) / 3))
    // Equal products do not stand before the own one.
    let ties = Retrieval(queries: [1, 1], documents: [2, 2], width: 1)
    #expect(ties.ranks == [0, 0] && ties.meanReciprocalRank == 1)
    #expect(Retrieval(queries: [], documents: [], width: 3).meanReciprocalRank == 0)
  }

  @Test func `classes of outputs of one row and of many`() throws {
    let value = try RuntimeValue([1, 3, 3, 9, -1, 0] as [Float], shape: [2, 3])
    let rows = try SampleOutputs(value, samples: 2, of: .input("y", []))
    #expect(rows.classes(of: 0) == [1] && rows.classes(of: 1) == [0])
    #expect(rows.width == 3 && rows.isOneRow && rows.count == 2)
    let many = try SampleOutputs(
      RuntimeValue([1, 2, 4, 3, 5, 6, 8, 7] as [Float], shape: [2, 2, 1, 2]), samples: 2,
      of: .input("y", []))
    #expect(many.classes(of: 0) == [1, 0] && many.classes(of: 1) == [1, 0] && !many.isOneRow)
    let single = try SampleOutputs(
      RuntimeValue([1, 2] as [Float], shape: [2]), samples: 2, of: .input("y", []))
    #expect(single.width == 1 && single.classes(of: 1) == [0])
    // Two steps of time, two samples, three classes: the model fixes the time.
    let steps = try RuntimeValue(
      [1, 2, 3, 40, 50, 60, 7, 8, 9, 10, 11, 12] as [Float], shape: [2, 2, 3])
    let sequence = try SampleOutputs(steps, samples: 2, of: .input("y", [2, nil, 3]))
    #expect(sequence.values == [1, 2, 3, 7, 8, 9, 40, 50, 60, 10, 11, 12])
    #expect(sequence.width == 3 && !sequence.isOneRow)
    #expect(try SampleOutputs(steps, samples: 2, of: .input("y", [nil, 2, 3])).values[3] == 40)
    // The output of one sample needs no axis for it.
    let square = try RuntimeValue([1, 4, 3, 2] as [Float], shape: [2, 2])
    let one = try SampleOutputs(square, samples: 1, of: .input("y", [nil, nil]))
    #expect(one.values == [1, 4, 3, 2] && one.classes(of: 0) == [1, 0] && one.count == 1)
    for bad in [
      try RuntimeValue([1, 2, 3] as [Float], shape: [1, 3]),
      try RuntimeValue([1, 2] as [Int64], shape: [2]),
      try RuntimeValue([] as [Float], shape: [2, 0]), try RuntimeValue([1] as [Float], shape: []),
    ] {
      #expect(throws: NetworkDataError.self) {
        try SampleOutputs(bad, samples: 2, of: .input("y", []))
      }
    }
  }
}
