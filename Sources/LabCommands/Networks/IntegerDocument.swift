internal import Foundation
internal import IntegerLayers
internal import IntegerNetworks
internal import NetworkEvaluation
internal import Reports
internal import ScientificMath

/// What `model evaluate --integers` prints of a model.
struct IntegerDocument: Encodable {
  /// A layer with accumulators, or a quantized tensor that float operators make.
  struct Row: Encodable {
    let layer: String?
    let tensor: String
    let terms: Int?
    let lowest: Int?
    let highest: Int?
    let bits: Int?
    let boundBits: Int?
    let codes: Int?
    let differing: Int?
    let largest: Int?
    let ownDiffering: Int?
    let ownLargest: Int?
  }

  /// What a judge says.
  struct Verdict: Encodable {
    let judge: String
    let top1: Double?
    let top1Interval: [Double]?
    let agreement: Double?
    let outputSqnrDb: Double?
  }

  let file: String
  let samples: Int
  let requantization: String
  let rows: [Row]
  let verdicts: [Verdict]
  let inFloat: [String]

  init(
    _ found: IntegerEvaluation, file: String, float: ModelScore, rounding: RequantizationRounding
  ) {
    (self.file, samples, inFloat) = (file, found.samples, found.inFloat)
    requantization = rounding.rawValue
    var rows: [Row] = []
    let behind = Dictionary(grouping: found.codes.filter { $0.layer != nil }) { $0.layer ?? 0 }
    for codes in found.codes where codes.layer == nil { rows.append(Self.row(nil, codes)) }
    for (place, layer) in found.layers.enumerated() {
      rows.append(Self.row(layer, behind[place]?.first))
    }
    self.rows = rows
    func verdict(_ judge: String, _ answers: IntegerEvaluation.Answers) -> Verdict {
      Verdict(
        judge: judge, top1: answers.right.map { Double($0) / Double(max(1, found.samples)) },
        top1Interval: answers.right.map {
          let interval = WilsonInterval.of($0, in: found.samples)
          return [interval.lowerBound, interval.upperBound]
        }, agreement: Double(answers.agreeing) / Double(max(1, found.samples)),
        outputSqnrDb: answers.errors.signalToNoise)
    }
    verdicts = [
      Verdict(
        judge: "float", top1: float.answers.accuracy,
        top1Interval: float.answers.interval.map { [$0.lowerBound, $0.upperBound] },
        agreement: nil, outputSqnrDb: nil),
      verdict("simulated", found.simulated), verdict("integers", found.integers),
    ]
  }

  private static func row(
    _ layer: IntegerNetwork.Layer?, _ codes: IntegerEvaluation.Codes?
  ) -> Row {
    let hasSums = layer.map { $0.seen != 0...0 || $0.bound != nil } ?? false
    return Row(
      layer: layer?.label, tensor: codes?.tensor ?? layer?.output ?? "", terms: layer?.terms,
      lowest: hasSums ? layer?.seen.lowerBound : nil,
      highest: hasSums ? layer?.seen.upperBound : nil,
      bits: hasSums ? layer.map { accumulatorBits($0.seen) } : nil,
      boundBits: layer?.bound.map { accumulatorBits(-$0...$0) },
      codes: codes?.carried.count, differing: codes?.carried.differing,
      largest: codes?.carried.largest, ownDiffering: codes?.own.differing,
      ownLargest: codes?.own.largest)
  }

  /// As Markdown, which is read as it stands too.
  var text: String {
    var table = MarkdownTable(
      [
        "made by", "tensor", "terms", "least sum", "largest sum", "bits", "bits, any input",
        "codes", "differ", "by at most", "alone", "by at most",
      ], leftColumns: 2)
    func number(_ value: Int?) -> String { value.map(String.init) ?? "" }
    func share(_ differing: Int?, of row: Row) -> String {
      differing.map {
        String(format: "%.3g %%", 100 * Double($0) / Double(max(1, row.codes ?? 1)))
      } ?? ""
    }
    for row in rows {
      table.add([
        row.layer ?? "float", row.tensor, number(row.terms), number(row.lowest),
        number(row.highest), number(row.bits), number(row.boundBits), number(row.codes),
        share(row.differing, of: row), number(row.largest), share(row.ownDiffering, of: row),
        number(row.ownLargest),
      ])
    }
    var judges = MarkdownTable(
      ["judge", "top-1", "agreement", "SQNR against simulated"], leftColumns: 1)
    for verdict in verdicts {
      judges.add([
        verdict.judge,
        verdict.top1.map { share in
          let ends = verdict.top1Interval ?? [0, 1]
          return String(
            format: "%.2f %% (%.2f to %.2f)", 100 * share, 100 * ends[0], 100 * ends[1])
        } ?? "", verdict.agreement.map { String(format: "%.2f %%", 100 * $0) } ?? "",
        verdict.outputSqnrDb.map { $0.isFinite ? String(format: "%.1f dB", $0) : "exact" } ?? "",
      ])
    }
    let operators = Dictionary(grouping: inFloat) { $0.prefix { $0 != " " } }
      .map { "\($1.count) \($0)" }.sorted().joined(separator: ", ")
    return "\(file)\n\n\(table.text)\n\(judges.text)\n\(samples) samples; codes against the "
      + "simulated model, errors of earlier layers among them, and of each layer alone; sums become codes "
      + "by \(requantization)\n"
      + (inFloat.isEmpty ? "everything in integers\n" : "in float: \(operators)\n")
  }
}
