internal import Foundation
internal import Reports
internal import ResultRecords

/// The table of `model evaluate`, for people and for programs.
extension EvaluationDocument {
  /// As Markdown, which is read as it stands too.
  var table: String {
    var table = MarkdownTable(
      [
        "model", "judge", float.mrr == nil ? "top-1" : "acc@1", "drop", "p", "agreement", "SQNR",
        "KL", "bytes", "ms a batch",
      ], leftColumns: 2)
    table.add([
      float.file, "float", Self.accuracy(float.top1, float.top1Interval), "", "", "", "", "",
      "\(float.bytes)", Self.number(float.medianMs, 2),
    ])
    for model in models {
      table.add(Self.row(model.file, "ranges", model.simulated) + ["\(model.bytes)", ""])
      table.add(
        Self.row(model.file, "deployed", model.deployed)
          + ["\(model.bytes)", Self.number(model.medianMs, 2)])
    }
    return
      "\(table.text)\n\(float.samples) samples, batches of \(batchSize); intervals of 95 % (Wilson); "
      + "p of McNemar's exact test against the float model; ONNX Runtime \(onnxruntime)\n"
  }

  private static func row(_ file: String, _ judge: String, _ verdict: Verdict) -> [String] {
    [
      file, judge, accuracy(verdict.top1, verdict.top1Interval),
      verdict.top1Drop.map { String(format: "%+.2f", -100 * $0) } ?? "", number(verdict.pValue, 3),
      String(format: "%.2f %%", 100 * verdict.agreement),
      verdict.outputSqnrDb.isFinite ? String(format: "%.1f dB", verdict.outputSqnrDb) : "exact",
      String(format: "%.3g", verdict.outputKl),
    ]
  }

  private static func accuracy(_ share: Double?, _ interval: [Double]?) -> String {
    guard let share, let interval else { return "" }
    return String(
      format: "%.2f %% (%.2f to %.2f)", 100 * share, 100 * interval[0], 100 * interval[1])
  }

  private static func number(_ value: Double?, _ digits: Int) -> String {
    value.map { String(format: "%.\(digits)f", $0) } ?? ""
  }

  /// One row for each model and judge.
  var csv: String {
    let names = [
      "file", "judge", "bytes", "samples", "top1", "top1_drop", "p_value", "mrr", "agreement",
      "output_mse", "output_sqnr_db", "output_cosine", "output_kl", "median_ms", "speedup",
    ]
    func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    var rows = [
      [
        float.file, "float", "\(float.bytes)", "\(float.samples)", text(float.top1), "", "",
        text(float.mrr), "", "", "", "", "", text(float.medianMs), "",
      ]
    ]
    for model in models {
      for (judge, verdict) in [("ranges", model.simulated), ("deployed", model.deployed)] {
        let isDeployed = judge == "deployed"
        rows.append([
          model.file, judge, "\(model.bytes)", "\(model.samples)", text(verdict.top1),
          text(verdict.top1Drop), text(verdict.pValue), text(verdict.mrr),
          text(verdict.agreement), text(verdict.outputMse), text(verdict.outputSqnrDb),
          text(verdict.outputCosine), text(verdict.outputKl),
          isDeployed ? text(model.medianMs) : "", isDeployed ? text(model.speedup) : "",
        ])
      }
    }
    return ([names] + rows).map { CSVText.line($0) + "\n" }.joined()
  }
}
