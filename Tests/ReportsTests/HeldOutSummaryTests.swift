import QuantizationCore
import Reports
import ResultRecords
import Testing

@Suite struct HeldOutSummaryTests {
  /// An 8 bit cell with an optimum of 1, so that the regret is the error minus one.
  private func cell(
    _ tensor: String, _ estimator: String, _ calibration: String?, mse: Double
  ) throws -> ResultRecord {
    let plain = try record(tensor, estimator, mse: mse)
    let split = try calibration.map {
      CalibrationSplit(calibration: try #require(BatchSet($0)), heldOut: BatchSet(2...3))
    }
    return ResultRecord(
      key: ResultRecord.Key(
        tensor: tensor, estimator: estimator, grid: plain.key.grid, granularity: .tensor,
        split: split),
      elements: 10, lanes: 1, parameters: plain.parameters, values: plain.values, status: .ok,
      optimum: ResultRecord.Optimum(mse: 1, gap: 0))
  }

  private func records() throws -> [ResultRecord] {
    try [
      cell("x", "mse", "0..0", mse: 4), cell("x", "mse", "1..1", mse: 1),
      cell("y", "mse", "0..0", mse: 1), cell("y", "mse", "1..1", mse: 1),
      cell("x", "mse", "0..1", mse: 1.02), cell("y", "mse", "0..1", mse: 1.02),
      cell("x", "minmax", "0..0", mse: 1.21), cell("x", "minmax", "1..1", mse: 1.21),
      cell("y", "minmax", "0..0", mse: 1.21), cell("y", "minmax", "1..1", mse: 1.21),
      cell("x", "minmax", "0..1", mse: 1.5), cell("y", "minmax", "0..1", mse: 1.5),
      cell("x", "mse", nil, mse: 1), cell("y", "mse", nil, mse: 1),
      cell("x", "minmax", nil, mse: 2), cell("y", "minmax", nil, mse: 2),
      cell("z", "minmax", nil, mse: 1000),
    ]
  }

  @Test("the whole document, for a few records")
  func document() throws {
    let summary = Summary(title: "Tiny", question: "How many?", records: try records())
    // mse from one batch: the fourth root of 4 is 1.414; min-max: 1.21 and the mean of all, 1.30.
    #expect(summary.markdown == Self.expected)
    #expect(summary.markdown.contains(summary.brief) && summary.brief.contains("| 2 batches |"))
    let reversed = Summary(title: "Tiny", question: "How many?", records: try records().reversed())
    #expect(reversed.markdown == summary.markdown)
  }

  @Test("with one number of batches and no cell in sample there is neither of their parts")
  func small() throws {
    let text = Summary(title: "T", records: [try cell("x", "mse", "0..1", mse: 1.5)]).markdown
    #expect(
      text.contains(
        "Use `mse` from 2 batches; no other estimator was measured in all of its cells. 1 cell, 1 tensor."
      ))
    #expect(!text.contains("sample") && !text.contains("Tensor by tensor"))
  }

  private static let expected = """
    # Tiny

    How many?

    Use `minmax` from 1 batch and `mse` from 2 batches; the next best, `mse` from 1 batch and \
    `minmax` from 2 batches, has 17 % to 47 % more error. How sure that is cannot be tested: \
    2 tensors are too few (6 are needed). 12 cells, 2 tensors.

    Each range was chosen on some batches of a tensor and measured on others, the held-out ones.
    Regret: how much more error it has there than the certified optimum of the held-out batches
    themselves, which nobody who calibrates can know (above 8 bits, than the least of any estimator).
    Mean: geometric, of the ratio, over tensors and choices of calibration batches. Worst: the largest
    of any tensor and choice. Least in bold.
    In sample: chosen and measured on all batches, which no deployment can do.

    ## Regret on held-out batches, all settings together

    | regret             |       |  1 batch | 2 batches | in sample |
    | ------------------ | ----- | -------: | --------: | --------: |
    | `mse`              | mean  |     41 % | **2.0 %** |   **0 %** |
    |                    | worst |    300 % |     2.0 % |       0 % |
    | `minmax`           | mean  | **21 %** |      50 % |     100 % |
    |                    | worst |     21 % |      50 % |     100 % |
    | choices of batches |       |        2 |         1 |         1 |

    n = 2 tensors.

    ## Tensor by tensor, from 1 batch to 2 batches: 8 bits, tensor, symmetric (narrow)

    | mean regret |         `mse` |    `minmax` |
    | ----------- | ------------: | ----------: |
    | `x`         | 100 % → 2.0 % | 21 % → 50 % |
    | `y`         |   0 % → 2.0 % | 21 % → 50 % |

    """
}
