internal import ExperimentRunner
internal import Foundation
internal import NetworkEvaluation
internal import NetworkRuntime
internal import QuantizationCore
internal import RangeFiles
internal import Reports
internal import ResultRecords

/// What `model sensitivity` prints.
struct SensitivityDocument: Encodable {
  /// One tensor at one width.
  struct Row: Encodable {
    let rank: Int
    let tensor: String
    let kind: String
    let elements: Int
    let bits: Int
    let tensorMse: Double?
    let outputMse: Double
    let outputSqnrDb: Double
    let outputKl: Double
    let agreement: Double
    let top1: Double?
    let top1Drop: Double?
  }

  let model: String
  let samples: Int
  let top1: Double?
  let onnxruntime: String
  let bits: [Int]
  /// The tensors by rank, the widths of each as they were asked for.
  let tensors: [Row]

  /// Ranks the tensors by what they cost at the first width.
  init(_ sensitivity: NetworkSensitivity, model: String, bits: [Int], library: RuntimeLibrary) {
    let own = sensitivity.float.own
    (self.model, self.bits, onnxruntime) = (model, bits, library.version)
    (samples, top1) = (own.samples, own.accuracy)
    struct Key: Hashable {
      let kind: TensorRange.Kind
      let name: String
    }
    var order: [Key] = []
    var costs: [Key: [NetworkSensitivity.Cost]] = [:]
    for cost in sensitivity.costs {
      let key = Key(kind: cost.range.kind, name: cost.range.name)
      if costs[key] == nil { order.append(key) }
      costs[key, default: []].append(cost)
    }
    func error(_ key: Key) -> Double { costs[key]?.first?.output.errors.meanSquaredError ?? 0 }
    let ranked = order.indices.sorted {
      (-error(order[$0]), $0) < (-error(order[$1]), $1)
    }
    tensors = ranked.enumerated().flatMap { rank, place in
      (costs[order[place]] ?? []).map { cost in
        Row(
          rank: rank + 1, tensor: cost.range.name, kind: cost.range.kind.rawValue,
          elements: cost.elements, bits: cost.range.grid.bits.count,
          tensorMse: cost.range.meanSquaredError, outputMse: cost.output.errors.meanSquaredError,
          outputSqnrDb: cost.output.errors.signalToNoise,
          outputKl: cost.output.errors.meanDivergence, agreement: cost.output.agreement,
          top1: cost.output.accuracy,
          top1Drop: own.accuracy.flatMap { own in cost.output.accuracy.map { own - $0 } })
      }
    }
  }

  /// The rows of each tensor, by rank.
  private var grouped: [[Row]] {
    var groups: [[Row]] = []
    for row in tensors {
      if groups.last?[0].rank == row.rank {
        groups[groups.count - 1].append(row)
      } else {
        groups.append([row])
      }
    }
    return groups
  }

  /// A row for each tensor.
  var table: String {
    let widths = bits.flatMap { bits in
      ["SQNR \(bits)", "KL \(bits)"] + (top1 == nil ? [] : ["drop \(bits)"])
    }
    var table = MarkdownTable(["rank", "tensor", "kind", "elements"] + widths, leftColumns: 3)
    for group in grouped {
      let cells = group.flatMap { row in
        [NetworkText.decibels(row.outputSqnrDb), String(format: "%.3g", row.outputKl)]
          + (top1 == nil
            ? [] : [row.top1Drop.map { String(format: "%+.2f", 0 - 100 * $0) } ?? ""])
      }
      let first = group[0]
      table.add(
        ["\(first.rank)", first.tensor, first.kind, first.elements == 0 ? "" : "\(first.elements)"]
          + cells)
    }
    let right = top1.map { String(format: ", %.2f %% right in float", 100 * $0) } ?? ""
    return
      "\(table.text)\n\(model): each tensor quantized alone, \(samples) samples\(right); ranked by "
      + "the squared error of the output at \(bits[0]) bits; ONNX Runtime \(onnxruntime)\n"
  }

  /// One row for each tensor and width.
  var csv: String {
    let names = [
      "rank", "tensor", "kind", "elements", "bits", "tensor_mse", "output_mse", "output_sqnr_db",
      "output_kl", "agreement", "top1", "top1_drop",
    ]
    return NetworkText.csv(
      [names]
        + tensors.map { row in
          [
            "\(row.rank)", row.tensor, row.kind, "\(row.elements)", "\(row.bits)",
            NetworkText.number(row.tensorMse), NetworkText.number(row.outputMse),
            NetworkText.number(row.outputSqnrDb), NetworkText.number(row.outputKl),
            NetworkText.number(row.agreement), NetworkText.number(row.top1),
            NetworkText.number(row.top1Drop),
          ]
        })
  }

  /// The error of the output at each width, tensors by rank.
  var figureRows: [SensitivityFigure.Row] {
    grouped.map { group in (group[0].tensor, group.map { pow(10, -$0.outputSqnrDb / 10) }) }
  }
}

/// Numbers of networks as texts.
enum NetworkText {
  /// A ratio in decibels; `exact` where nothing differs.
  static func decibels(_ value: Double) -> String {
    value.isFinite ? String(format: "%.1f dB", value) : value > 0 ? "exact" : "-"
  }

  /// A number with all its digits; empty where there is none.
  static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  /// Lines of cells, quoted where a comma or a quote needs it.
  static func csv(_ rows: [[String]]) -> String {
    rows.map { row in
      row.map { cell in
        cell.contains { ",\"\n\r".contains($0) }
          ? "\"\(cell.replacingOccurrences(of: "\"", with: "\"\""))\"" : cell
      }.joined(separator: ",") + "\n"
    }.joined()
  }
}
