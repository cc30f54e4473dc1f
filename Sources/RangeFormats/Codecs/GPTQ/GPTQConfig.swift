internal import TensorIO

/// What `quantize_config.json` says of a GPTQ file.
struct GPTQConfig: Codable {
  /// The bits of a code.
  let bits: Int
  /// The number of values in a group; -1 where a row is one group.
  let groupSize: Int
  /// Whether all zero points are 2^(b-1).
  let isSymmetric: Bool?
  /// Whether columns were quantized in another order, so that groups may not be neighbors.
  let isReordered: Bool?
  /// How zero points are stored: `gptq` or `gptq_v2`.
  let version: String?
  /// `gptq`.
  let method: String?

  enum CodingKeys: String, CodingKey {
    case bits
    case groupSize = "group_size"
    case isSymmetric = "sym"
    case isReordered = "desc_act"
    case version = "checkpoint_format"
    case method = "quant_method"
  }

  /// The name of the file.
  static let fileName = "quantize_config.json"
  /// The versions, the default first.
  static let versions = ["gptq", "gptq_v2"]

  /// `config.json` of a model, which may hold the same.
  private struct Model: Decodable {
    let quantization: GPTQConfig

    enum CodingKeys: String, CodingKey { case quantization = "quantization_config" }
  }

  /// Reads what is in the folder of a file.
  ///
  /// - Throws: ``FormatFault`` where there is nothing, or not for GPTQ.
  static func read(_ input: FormatInput) throws(FormatFault) -> GPTQConfig {
    var found = try input.sibling(fileName, GPTQConfig.self)
    if found == nil { found = try input.sibling("config.json", Model.self)?.quantization }
    guard let found else {
      throw FormatFault("there is no \(fileName) in the same folder, which says what the codes are")
    }
    if let method = found.method, method != "gptq" {
      throw FormatFault(fileName, "quant_method is \(quoted(method)); expected 'gptq'")
    }
    guard GPTQRanges.bits.contains(found.bits), found.groupSize == -1 || found.groupSize > 0 else {
      throw FormatFault(
        fileName,
        "\(found.bits) bits in groups of \(found.groupSize); expected \(bitsText(GPTQRanges.bits))")
    }
    if let version = found.version, !versions.contains(version) {
      throw FormatFault(
        fileName,
        "checkpoint_format is \(quoted(version)); expected \(versions.joined(separator: " or "))")
    }
    return found
  }
}
