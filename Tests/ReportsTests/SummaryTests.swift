import QuantizationCore
import Reports
import ResultRecords
import Testing

@Suite struct SummaryTests {
  private func records() throws -> [ResultRecord] {
    [
      try record("x", "mse", bits: 8, mse: 1, sqnr: 30),
      try record("x", "minmax", bits: 8, mse: 4, sqnr: 24),
      try record("x", "mse", bits: 4, mse: 10, clipping: 5, sqnr: 20),
      try record("x", "minmax", bits: 4, mse: 90, sqnr: 10.46),
      try record("y|z", "mse", bits: 4, mse: 2, sqnr: 21),
      try record("y|z", "minmax", bits: 4, mse: 2, sqnr: 21),
      try record("y|z", "minmax", bits: 8, mse: nil, status: .skipped("no bits")),
      try record("x", "kl", bits: 8, mse: nil, status: .failed("broken")),
    ]
  }

  @Test("the whole document, for a few records")
  func document() throws {
    let summary = Summary(title: "Tiny", question: "Which is best?", records: try records())
    // Ratios of minmax: 9 and 1 at 4 bits, 4 at 8 bits; the cube root of 36 is 3.30.
    #expect(summary.markdown == Self.expected)
  }

  @Test("the order of the records does not show")
  func order() throws {
    let summary = Summary(title: "T", records: try records())
    let reversed = Summary(title: "T", records: try records().reversed())
    #expect(reversed.markdown == summary.markdown)
    #expect(summary.markdown.contains(summary.brief))
  }

  @Test("a question of several lines is one paragraph, and can be taken from it again")
  func question() throws {
    let summary = Summary(title: "T", question: "Is a_b\n< *c*?\n", records: try records())
    let paragraph = try #require(summary.markdown.split(separator: "\n\n").dropFirst().first)
    #expect(paragraph == #"Is a\_b \< \*c\*?"#)
    let again = Summary(
      title: "T", question: Summary.question(String(paragraph)), records: try records())
    #expect(again.markdown == summary.markdown)
  }

  @Test("without any measurement the verdict says so")
  func empty() {
    #expect(
      Summary(title: "T", records: []).markdown.contains(
        "\nNothing can be said: no cell was measured with an error to compare. 0 cells, 0 tensors.\n"
      ))
  }

  @Test("exact reproductions are counted, not averaged")
  func lossless() throws {
    let summary = Summary(
      title: "T", records: [try record("x", "mse", mse: 0), try record("y", "mse", mse: 1)])
    #expect(
      summary.brief.contains("\nSome setting reproduces 1 tensor exactly; it has no ratio.\n"))
  }

  private static let expected = """
    # Tiny

    Which is best?

    Use `mse` at every bit width: it finds the least error that any range can have. Of the other \
    rules `minmax` comes next, with 200 % to 300 % more error. 8 cells, 2 tensors.

    MSE ratio: the error of an estimator divided by the least error that any range can have on the
    same tensor in the same setting (certified up to 8 bits; above, the least error of any
    estimator here), averaged geometrically over tensors; the best in bold. A ratio of 1.25 is a
    regret of 25 %. SQNR: mean over tensors. Clipping: the mean share of the squared error that comes from
    values beyond the outermost level; the rest is rounding.

    ## All settings together

    | MSE ratio |   4 bits |   8 bits |      all | cells |
    | --------- | -------: | -------: | -------: | ----: |
    | `mse`     | **1.00** | **1.00** | **1.00** |     3 |
    | `minmax`  |     3.00 |     4.00 |     3.30 |     3 |

    ## tensor, symmetric (narrow) (n = 2 tensors)

    | bits |           |            `mse` |     `minmax` |
    | ---- | --------- | ---------------: | -----------: |
    | 4    | MSE ratio |         **1.00** |         3.00 |
    |      | SQNR, dB  |             20.5 |         15.7 |
    |      | clipping  |             25 % |          0 % |
    | 8    | MSE ratio | **1.00** (n = 1) | 4.00 (n = 1) |
    |      | SQNR, dB  |             30.0 |         24.0 |
    |      | clipping  |              0 % |          0 % |

    ## Tensor by tensor: 4 bits, tensor, symmetric (narrow)

    | MSE ratio |    `mse` | `minmax` |
    | --------- | -------: | -------: |
    | `x`       | **1.00** |     9.00 |
    | `y\\|z`    | **1.00** | **1.00** |

    ## Tensor by tensor: 8 bits, tensor, symmetric (narrow)

    | MSE ratio |    `mse` | `minmax` |
    | --------- | -------: | -------: |
    | `x`       | **1.00** |     4.00 |
    | `y\\|z`    |        – |        – |

    ## Not measured

    - 1 cell: `kl` failed: broken
    - 1 cell: `minmax` skipped: no bits

    """
}
