internal import QuantizationCore
internal import RangeFiles
internal import TensorIO

/// A model of TensorFlow Lite as JSON, as far as its quantization goes, or a calibration result.
struct TFLiteDocument: Decodable {
  let version: Int?
  let subgraphs: [Graph]?
  let calibration: [String: Ends]?

  /// The bits of the types with codes of 2 to 16 bits.
  static let bits = ["INT2": 2, "INT4": 4, "INT8": 8, "INT16": 16, "UINT4": 4, "UINT8": 8]

  struct Graph: Decodable { let tensors: [Tensor]? }

  /// The ends of a tensor, as ai-edge-quantizer has them.
  struct Ends: Decodable {
    let min: NumberTree
    let max: NumberTree

    func ends(_ place: String) throws(FormatFault) -> RangeEnds {
      let (low, high) = (min.numbers, max.numbers)
      guard low.count == 1, high.count == 1 else {
        throw FormatFault(
          place, "\(low.count) minima and \(high.count) maxima; expected one of each")
      }
      let ends = RangeEnds(low: Float(low[0]), high: Float(high[0]))
      guard ends.low.isFinite, ends.high.isFinite, ends.low <= ends.high else {
        throw FormatFault(place, "the ends \(low[0]) and \(high[0]); expected finite ones in order")
      }
      return ends
    }
  }

  struct Quantization: Decodable {
    let scale: [Float]?
    let zeroPoint: [Int]?
    let dimension: Int?
    let details: String?

    private enum CodingKeys: String, CodingKey {
      case scale
      case zeroPoint = "zero_point"
      case dimension = "quantized_dimension"
      case details = "details_type"
    }
  }

  struct Tensor: Decodable {
    let name: String?
    let type: String?
    let kind: String?
    let shape: [Int]?
    let quantization: Quantization?

    /// The quantizers of the tensor.
    func draft(
      _ place: String, _ scales: [Float], _ bits: Int, estimator: String, _ context: FormatContext
    ) throws(FormatFault) -> RangeDraft {
      func fault(_ reason: String) -> FormatFault { FormatFault(place, reason) }
      guard let name, let width = BitWidth(bits) else { throw fault("the tensor has no name") }
      guard quantization?.details == nil else {
        throw fault("quantization of the kind \(quoted(quantization?.details ?? "")) is not read")
      }
      let zeroPoints = quantization?.zeroPoint ?? scales.map { _ in 0 }
      var kind: TensorRange.Kind?
      if let text = self.kind {
        kind = TensorRange.Kind(rawValue: text)
        guard kind != nil else { throw fault("the kind is \(quoted(text))") }
      }
      kind = kind ?? context.model?.entry(name)?.kind
      let isWeight = kind.map { $0 != .activation } ?? (scales.count > 1 || bits < 8)
      var draft = RangeDraft(
        place: place, name: name, kind: isWeight ? .weight : .activation,
        grid: try grid(width, zeroPoints, isWeight: isWeight, fault), scales: scales,
        zeroPoints: zeroPoints, estimator: estimator)
      draft.shape = shape
      if scales.count > 1 { draft.granularity = .channel(axis: quantization?.dimension ?? 0) }
      return draft
    }

    private func grid(
      _ bits: BitWidth, _ zeroPoints: [Int], isWeight: Bool, _ fault: (String) -> FormatFault
    ) throws(FormatFault) -> CodeGrid {
      let isCentered = zeroPoints.allSatisfy { $0 == 0 }
      if type?.hasPrefix("U") == true { return CodeGrid(.affineUnsigned, bits: bits) }
      guard isWeight || bits.count == 16 else {
        return CodeGrid(isCentered ? .symmetricFull : .affineSigned, bits: bits)
      }
      guard isCentered else {
        throw fault(
          "a zero point is not 0; TensorFlow Lite has 0 for weights and for activations of 16 bits")
      }
      return CodeGrid(isWeight ? .symmetricNarrow : .symmetricFull, bits: bits)
    }
  }

  private enum CodingKeys: String, CodingKey { case version, subgraphs }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard container.contains(.subgraphs) || container.contains(.version) else {
      calibration = try [String: Ends](from: decoder)
      (version, subgraphs) = (nil, nil)
      return
    }
    calibration = nil
    version = try container.decodeIfPresent(Int.self, forKey: .version)
    subgraphs = try container.decodeIfPresent([Graph].self, forKey: .subgraphs)
  }
}
