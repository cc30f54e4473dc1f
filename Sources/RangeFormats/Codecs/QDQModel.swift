internal import Foundation
internal import ModelFiles
internal import NetworkQuantization
internal import QuantizationCore
package import RangeFiles
internal import TensorIO

/// An ONNX model with QuantizeLinear and DequantizeLinear around its tensors, whoever wrote it.
///
/// Scale and zero point are those of the nodes. Codes are those of the element type: `int8` with zero point 0
/// has no narrow twin in the standard, so weights are read as narrow where none of their codes is the lowest,
/// and activations where a Clip in front of the quantizer leaves it out, as RangeLab writes narrow grids.
/// Widths without a type of their own, which RangeLab simulates inside the next larger one, are read as
/// that type. Biases of 32 bits are left out: their scales are products.
///
/// To write one, a float model is needed; the result is what `model quantize --ranges` makes of it. With a
/// float model tensors are read under its names, and where codes do the work of a Relu that is gone the range
/// is that of the Relu's output.
package struct QDQModel: RangeCodec {
  package let name = "qdq"
  package let summary = "an ONNX model with QuantizeLinear and DequantizeLinear"
  package let isModel = true

  package var ability: FormatAbility {
    let grids: [LevelSet: LevelSet] = [
      .symmetricNarrow: .symmetricNarrow, .symmetricFull: .symmetricFull,
      .symmetricUnsigned: .affineUnsigned, .affineUnsigned: .affineUnsigned,
      .affineSigned: .affineSigned,
    ]
    return FormatAbility(
      weights: FormatAbility.Tensors(
        lanes: [.tensor, .channel, .group], grids: .some(grids), bits: [4, 8, 16]),
      activations: FormatAbility.Tensors(
        lanes: [.tensor], grids: .some(grids), bits: [4, 8, 16]),
      isText: false)
  }

  package init() {}

  package func encode(
    _ ranges: RangeSet, _ context: FormatContext
  ) throws(FormatFault) -> FormatOutput {
    guard let network = context.network else {
      throw FormatFault("is written into a float model; expected --model")
    }
    return FormatOutput(files: [FormatFile(data: try network.quantized(with: ranges))])
  }

  package func decode(
    _ input: FormatInput, _ context: FormatContext
  ) throws(FormatFault) -> FormatReading {
    let model: Model
    do throws(ModelError) { model = try Model(bytes: input.bytes, name: name) } catch {
      throw FormatFault(error.reason)
    }
    let quantizers = ModelQuantizers(model)
    let names = Names(model, context.network?.float)
    var tensors: [TensorRange] = []
    var notes = quantizers.unread.map { "\(quoted($0.tensor)) is left out: \($0.reason)" }
    for activation in quantizers.activations {
      guard let name = names.name(of: activation) else {
        notes.append("\(quoted(activation.tensor)) is left out: the float model has no such tensor")
        continue
      }
      var draft = RangeDraft(
        place: quoted(activation.tensor), name: name, kind: .activation,
        grid: activation.parameters.grid, scales: [activation.scale],
        zeroPoints: [activation.zeroPoint], estimator: self.name)
      draft.shape = []
      draft.allowsMirrored = true
      tensors.append(try draft.range(context))
    }
    for weight in quantizers.weights {
      guard let name = names.name(of: weight) else {
        notes.append(
          "\(quoted(weight.codesName)) is left out: the float model has no such constant")
        continue
      }
      var draft = RangeDraft(
        place: quoted(weight.codesName), name: name, kind: .weight, grid: weight.typeGrid,
        scales: weight.scales, zeroPoints: weight.zeroPoints,
        estimator: self.name)
      draft.allowsMirrored = true
      (draft.shape, draft.granularity) = (weight.partition.shape, weight.partition.granularity)
      tensors.append(try draft.range(context))
    }
    return FormatReading(tensors, notes: notes)
  }
}

/// The names of tensors in the float model, where it is known.
private struct Names {
  private let counterpart: FloatCounterpart?

  init(_ quantized: Model, _ float: Model?) {
    counterpart = float.map { FloatCounterpart($0, of: quantized) }
  }

  func name(of activation: ModelQuantizers.Activation) -> String? {
    guard let counterpart else { return activation.name }
    return counterpart.activation(activation)?.name
  }

  func name(of weight: ModelQuantizers.Weight) -> String? {
    guard let counterpart else { return weight.name }
    return counterpart.weight(weight)?.name
  }
}
