import Foundation
import QuantizationCore
import RangeEstimation
import TensorIO

/// The tensors and answers in Tests/Golden.
enum GoldenTensor {
  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Golden").path

  /// The real tensors that experiments run on.
  static let real = [
    "minilm_l0_ffn_up_weight_256", "minilm_l1_gelu", "minilm_l2_attn_logits",
    "minilm_l2_attn_probs", "minilm_l3_ffn_out", "minilm_l4_attn_out", "minilm_l5_query_weight",
    "minilm_word_embeddings_1k", "ppocr_activation", "ppocr_depthwise_weight",
    "ppocr_pointwise_weight",
  ]

  /// The golden tensors without NaN and infinities.
  static let finite: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let names = files.filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }
    return names.filter { !["nan_1e3", "inf_1e3"].contains($0) }.sorted()
  }()

  /// A tensor by its name in the table, or a real one by its own.
  static func load(_ name: String, nonFinite: NonFinitePolicy = .error) throws -> Tensor {
    let folder = real.contains(name) ? "\(folder)/../../experiments/data" : folder
    let file = try TensorFile.open("\(folder)/\(name).npy")
    return try file[0].load(nonFinite: nonFinite)
  }

  static func sample(_ name: String) throws -> SampleStatistics {
    let values = try load(name).values
    var sample = SampleStatistics(shape: LaneShape(count: values.count, rowLength: 1))
    sample.observe(values.span)
    sample.seal()
    return sample
  }
}

/// One row of golden.csv or of golden_channels.csv.
struct GoldenRow: CustomStringConvertible {
  let fields: [String: String]
  let tensor: String
  let params: String
  let grid: CodeGrid
  let scale: Double
  let zeroPoint: Int
  let mse: Double
  /// The row of the tensor that was quantized alone, in golden_channels.csv.
  let channel: Int?
  var isOK: Bool { fields["status"] == "ok" }
  var description: String {
    "\(tensor)\(channel.map { " channel \($0)" } ?? "") \(grid.bits) bits \(grid.family) [\(params)]"
  }

  static func read(peer: String, method: String) throws -> [GoldenRow] {
    try table.get()["\(peer) \(method)"] ?? []
  }

  /// Every row of a whole tensor on one of the lab's grids, whoever gave it.
  static func all() throws -> [GoldenRow] {
    try methods().flatMap { try table.get()[$0] ?? [] }.filter { $0.channel == nil }
  }

  /// Every peer and method that has rows.
  static func methods() throws -> [String] { try table.get().keys.sorted() }

  private static let table = Result {
    let rows = try ["golden.csv", "golden_channels.csv", "golden_mxnet.csv"].flatMap(rows(of:))
    return Dictionary(grouping: rows) { "\($0.fields["peer"] ?? "") \($0.fields["method"] ?? "")" }
  }

  private static func rows(of file: String) throws -> [GoldenRow] {
    let text = try String(contentsOfFile: "\(GoldenTensor.folder)/\(file)", encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline)
    let header = lines[0].split(separator: ",").map(String.init)
    return lines.dropFirst().compactMap { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard cells.count == header.count else { return nil }
      return GoldenRow(Dictionary(uniqueKeysWithValues: zip(header, cells)))
    }
  }

  private init?(_ fields: [String: String]) {
    guard let bits = fields["bits"].flatMap({ Int($0) }).flatMap(BitWidth.init),
      let low = fields["qmin"].flatMap({ Int($0) }), let high = fields["qmax"].flatMap({ Int($0) }),
      let family = GridFamily.integers.first(where: {
        ($0.scheme == .affine) == (fields["scheme"] == "affine")
          && CodeGrid($0, bits: bits).codes == low...high
      })
    else { return nil }
    self.fields = fields
    tensor = fields["tensor"] ?? ""
    params = fields["params"] ?? ""
    channel = fields["channel"].flatMap { Int($0) }
    grid = CodeGrid(family, bits: bits)
    scale = fields["scale"].flatMap { Double($0) } ?? .nan
    // Some peers have real zero points.
    zeroPoint =
      fields["zero_point"].flatMap { Double($0) }.flatMap { Int(exactly: $0.rounded()) } ?? 0
    mse = fields["mse"].flatMap { Double($0) } ?? .nan
  }
}
