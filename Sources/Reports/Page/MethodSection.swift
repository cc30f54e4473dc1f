internal import ResultAnalysis

/// The definitions of the numbers, once for a whole page.
struct MethodSection {
  let hasHeldOut: Bool
  let hasNetworks: Bool

  var markup: Markup {
    Markup("section", ["class": "method", "aria-labelledby": "method"]) {
      Markup("h2", ["id": "method"]) { "Method and definitions" }
      Markup("dl") {
        for (term, words) in definitions {
          Markup("dt") { term }
          Markup("dd") { words }
        }
      }
    }
  }

  private var definitions: [(String, String)] {
    let method = ComparisonMethod()
    return (hasNetworks ? networks : []) + quantities + (hasHeldOut ? [heldOut] : []) + [
      (
        "Mean regret",
        "The geometric mean of MSE divided by the optimum over cells, minus 1. Ratios are averaged "
          + "geometrically so that 2 and 1/2 cancel and no tensor counts more for being large. A "
          + "tensor that some range reproduces exactly has no ratio and is left out."
      ),
      (
        "More error than the leader",
        "The ratio of the two errors. The cells of one tensor depend on each other, so they are "
          + "averaged (geometrically) and every tensor counts once: in the ratio, the tensors won, "
          + "the interval and the test. Ratios closer to 1 than \(method.tie) are ties."
      ),
      (
        "Interval and test",
        "The interval is the \(ComparisonFormat.percent(1 - method.level)) percentile bootstrap over "
          + "tensors, seed \(method.seed). p is Wilcoxon's signed-rank test of the tensors' "
          + "log ratios, two-sided, with Holm's correction for the number of rows; below "
          + "\(method.level) the lead counts as more than chance. Fewer than "
          + "\(ComparisonMethod.leastTensors) tensors make no test. Leader and next best are "
          + "chosen from the same data, which flatters the lead a little."
      ),
    ]
  }

  private var quantities: [(String, String)] {
    [
      (
        "Quantizer",
        "A scale (Float32), an integer zero point and a grid of codes: ONNX QuantizeLinear and "
          + "DequantizeLinear, bit for bit. Its clipping range is what the grid represents: lower = "
          + "scale · (qmin − z), upper = scale · (qmax − z)."
      ),
      (
        "MSE",
        "The mean of e², where e = x − x̂, over all elements of the tensor, measured by one shared "
          + "kernel on the data, never taken from an estimator's own model of it."
      ),
      (
        "Clipping and rounding",
        "An element is clipped when it lies beyond the outermost level (x > upper or x < lower); its "
          + "whole e² is clipping error. All other e² is rounding error. MSE = clipping MSE + "
          + "rounding MSE, both divided by the number of elements. The clipping share is clipping "
          + "MSE divided by MSE."
      ),
      ("SQNR", "10 · log₁₀(Σx² / Σe²), in dB; without any error it is infinite."),
      (
        "Optimum and certificate",
        "The least error of any scale and zero point for the same tensor, grid and granularity. Up to "
          + "8 bits it is the global optimum, found by branch and bound; the certificate is the "
          + "relative gap between it and a proven lower bound. From 9 bits on there is none, and "
          + "the least error of any estimator here stands for it."
      ),
      (
        "Regret",
        "MSE divided by the optimum, minus 1: how much error another range would have saved. A "
          + "regret within the certificate is 0."
      ),
    ]
  }

  private var networks: [(String, String)] {
    [
      (
        "Accuracy",
        "The share of right answers of the quantized network, its quantizers computed in float; the "
          + "95 % interval is Wilson's. Of two rules whose intervals overlap it is said that no "
          + "difference can be seen. p is McNemar's exact test of the answers against those of the "
          + "float network; below \(NetworkVerdict.level) the difference counts as more than chance."
      ),
      (
        "SQNR of the outputs",
        "10 · log₁₀(Σy² / Σ(y − ŷ)²) in dB over all outputs y of the float network and ŷ of the "
          + "quantized one. It needs no labels, and has no chance in it."
      ),
      (
        "Rank correlation",
        "Spearman's, between the mean regret of the rules on the tensors of a network and what they "
          + "cost it: 1 where the order is the same, 0 where one does not tell the other. The 95 % "
          + "interval is Bonett and Wright's. Good on tensors and bad in the network: in the best "
          + "third by tensor error, and in the worst third by SQNR, or in the worse half by accuracy "
          + "with an interval below that of the best. The other way round: in the worst third and in "
          + "the best third."
      ),
    ]
  }

  private var heldOut: (String, String) {
    (
      "Held-out batches",
      "Each range was chosen on some batches of a tensor, counted from 0, and measured on others. "
        + "Error, optimum and so regret are those of the held-out batches alone: what nobody who "
        + "calibrates can know. In sample: chosen and measured on all batches, which no deployment "
        + "can do."
    )
  }
}
