internal import QuantizationCore
package import RangeFiles
internal import TensorIO

/// Encodings of AIMET in three versions.
///
/// real = (q + offset) scale, on unsigned codes: the offset is the zero point negated, and a symmetric tensor
/// of b bits has the offset -2^(b-1). Version 2.0.0 has types and zero points as ONNX has them.
///
/// | | 0.6.1 | 1.0.0 | 2.0.0 |
/// |---|---|---|---|
/// | channels | a list of encodings | a list of scales | a list of scales, and the axis |
/// | groups | none | the groups of each output channel together | nested as the tensor |
/// | bits | 4 to 16 | 2 to 16 | 2, 4, 8, 16 |
package struct AIMETEncodings: RangeCodec {
  package let name = "aimet"
  package let summary = "encodings of AIMET"
  package let options: Set<FormatOption> = [.version]
  package let ability = FormatAbility(
    weights: .init(
      lanes: [.tensor, .channel, .group], grids: .some(AIMETVersion.grids), bits: Array(2...16)),
    activations: .init(lanes: [.tensor], grids: .some(AIMETVersion.grids), bits: Array(2...16)),
    versions: AIMETVersion.allCases.map(\.rawValue))

  package init() {}

  package func fault(of range: TensorRange, _ context: FormatContext) -> String? {
    AIMETVersion(context.options).fault(of: range, context)
  }

  package func encode(
    _ ranges: RangeSet, _ context: FormatContext
  ) throws(FormatFault) -> FormatOutput {
    let held = ranges.tensors.map { self.held($0, context) }
    return FormatOutput(text: AIMETVersion(context.options).document(held).text(indent: 4) + "\n")
  }

  package func decode(
    _ input: FormatInput, _ context: FormatContext
  ) throws(FormatFault) -> FormatReading {
    var reader = AIMETReader(estimator: name, context: context)
    return try reader.read(input)
  }
}

/// What Qualcomm's converters take as `--quantization_overrides`: encodings of AIMET, of which the hardware
/// knows less.
///
/// The bits are 4, 8 and 16, channels and groups are symmetric, and real zero is always a code.
package struct QNNOverrides: RangeCodec {
  package let name = "qnn"
  package let summary = "--quantization_overrides of Qualcomm's QNN, SNPE and QAIRT converters"
  package let options: Set<FormatOption> = [.version]
  package let ability = FormatAbility(
    weights: .init(
      lanes: [.tensor, .channel, .group], grids: .some(AIMETVersion.grids), bits: [4, 8, 16]),
    activations: .init(lanes: [.tensor], grids: .some(AIMETVersion.grids), bits: [4, 8, 16]),
    versions: AIMETVersion.allCases.map(\.rawValue))

  /// The least width of a range; converters widen those below.
  private static let leastWidth = 1e-4

  package init() {}

  package func fault(of range: TensorRange, _ context: FormatContext) -> String? {
    if range.granularity != .tensor, range.grid.family.scheme == .affine || !range.grid.isSigned {
      return "channels and groups are symmetric and signed in QNN, these are \(range.grid)"
    }
    return AIMETVersion(context.options).fault(of: range, context)
  }

  package func encode(
    _ ranges: RangeSet, _ context: FormatContext
  ) throws(FormatFault) -> FormatOutput {
    let held = ranges.tensors.map { self.held($0, context) }
    let small = held.count { range in
      range.scales.indices.contains {
        let ends = range.ends(ofLane: $0)
        return ends.high - ends.low < Self.leastWidth
      }
    }
    let note =
      "\(counted(small, "tensor")) with a range of less than \(Self.leastWidth), which converters widen"
    return FormatOutput(
      text: AIMETVersion(context.options).document(held).text(indent: 4) + "\n",
      notes: small > 0 ? [note] : [])
  }

  package func decode(
    _ input: FormatInput, _ context: FormatContext
  ) throws(FormatFault) -> FormatReading {
    var reader = AIMETReader(estimator: name, context: context)
    return try reader.read(input)
  }
}
