internal import Foundation
internal import QuantizationCore
package import RangeFiles
internal import TensorIO

/// Weights of compressed-tensors files, as vLLM and Hugging Face have them: a .safetensors file and a `config.json`
/// in the same folder.
///
/// `pack-quantized` has `X.weight_packed`, codes of 2 to 8 bits without gaps along the rows, `X.weight_shape` and
/// `X.weight_scale`; `int-quantized` has codes of 8 bits in `X.weight`. Zero points are on signed codes; packed ones
/// lie along the outputs. Weights are rows of outputs.
package struct CompressedTensors: RangeCodec {
  package let name = "compressed-tensors"
  package let summary =
    "weights of vLLM and Hugging Face: .safetensors with pack-quantized or int-quantized codes, and config.json"
  package let options: Set<FormatOption> = [.version]
  package let ability = FormatAbility(
    weights: .init(
      lanes: [.tensor, .channel, .group],
      grids: .some([
        .symmetricNarrow: .symmetricFull, .symmetricFull: .symmetricFull,
        .symmetricUnsigned: .affineSigned, .affineUnsigned: .affineSigned,
        .affineSigned: .affineSigned,
      ]), bits: Array(2...8)),
    activations: nil, isText: false, holdsCodes: true,
    versions: ["pack-quantized", "int-quantized"])

  private static let configuration = "config.json"

  package init() {}

  private func isPacked(_ context: FormatContext) -> Bool {
    context.options.version ?? ability.versions[0] == ability.versions[0]
  }

  package func fault(of range: TensorRange, _ context: FormatContext) -> String? {
    do {
      let layout = try MatrixLayout(range, context.model)
      guard layout.shape.count == 2 else {
        return "\(layout.shape.count) axes; the format has weights of two axes"
      }
      if isPacked(context), layout.lanes == .tensor {
        return "one range for a whole tensor, which only --format-version int-quantized has"
      }
    } catch { return error.description }
    if !isPacked(context), range.grid.bits.count != 8 {
      return "codes of \(range.grid.bits) bits; int-quantized has codes of 8 bits"
    }
    if context.weights == nil {
      return "the values of weights are not known; the format holds codes"
    }
    return ModuleName.fault(range.name)
  }

  package func encode(
    _ ranges: RangeSet, _ context: FormatContext
  ) throws(FormatFault) -> FormatOutput {
    var writer = SafetensorsImageWriter(metadata: [("format", "pt")])
    var schemes: [(weights: CompressedTensorsConfig.Weights, targets: [String])] = []
    var layouts: [MatrixLayout] = []
    var short = 0
    for range in ranges.tensors {
      let layout = try MatrixLayout(range, context.model)
      guard let module = ModuleName.module(ofWeight: range.name) else { continue }
      let weight = try WeightCodes(range, scales: range.scales, layout, context)
      let held = held(range, context)
      append(held, weight, layout, module, to: &writer, context)
      let scheme = Self.scheme(held, layout)
      if let place = schemes.firstIndex(where: { $0.weights == scheme }) {
        schemes[place].targets.append(module)
      } else {
        schemes.append((scheme, [module]))
      }
      layouts.append(layout)
      if isPacked(context), held.grid.family.scheme == .affine,
        BitFields(bits: range.grid.bits.count).words(layout.rows) == 1
      {
        short += 1
      }
    }
    let groups = schemes.enumerated().map { place, scheme in
      (
        "group_\(place)",
        CompressedTensorsConfig.Group(targets: scheme.targets, weights: scheme.weights)
      )
    }
    let configuration = CompressedTensorsConfig(
      quantization: .init(
        method: name, format: context.options.version ?? ability.versions[0],
        status: "compressed", groups: Dictionary(groups) { first, _ in first }, ignore: []))
    var notes = MatrixLayout.notes(layouts)
    if short > 0 {
      notes.append(
        "\(counted(short, "tensor")) with so few outputs that their zero points are in one row, which "
          + "compressed-tensors 0.20.0 cannot unpack")
    }
    notes.append(
      "\(Self.configuration) has quantization_config only, which belongs into that of the model")
    return FormatOutput(
      files: [
        FormatFile(data: writer.data()), .sibling(Self.configuration, configuration),
      ], notes: notes)
  }

  private static func scheme(
    _ held: TensorRange, _ layout: MatrixLayout
  ) -> CompressedTensorsConfig.Weights {
    let (strategy, size): (String, Int?) =
      switch layout.lanes {
      case .tensor: ("tensor", nil)
      case .row: ("channel", nil)
      case .group(let size): ("group", size)
      }
    return CompressedTensorsConfig.Weights(
      bits: held.grid.bits.count, type: "int", symmetric: held.grid.family.scheme == .symmetric,
      strategy: strategy, groupSize: size)
  }

  /// - Parameter held: The ranges on signed codes.
  private func append(
    _ held: TensorRange, _ weight: WeightCodes, _ layout: MatrixLayout, _ module: String,
    to writer: inout SafetensorsImageWriter, _ context: FormatContext
  ) {
    let (rows, columns, groups) = (layout.rows, layout.columns, layout.groups)
    let shape = layout.lanes == .tensor ? [1] : [rows, groups]
    let lanes =
      layout.lanes == .tensor
      ? [0]
      : (0..<rows).flatMap { row in (0..<groups).map { layout.lane(row: row, group: $0) } }
    let scales = lanes.map { held.scales[$0] }
    let zeroPoints = lanes.map { held.zeroPoints[$0] }
    let half = held.grid.bits.levels / 2
    let isAffine = held.grid.family.scheme == .affine
    guard isPacked(context) else {
      writer.append(
        "\(module).weight", shape: [rows, columns],
        weight.codes.map { Int8(truncatingIfNeeded: Int($0) - half) })
      writer.append("\(module).weight_scale", shape: shape, scales)
      if isAffine {
        writer.append(
          "\(module).weight_zero_point", shape: shape,
          zeroPoints.map { Int8(truncatingIfNeeded: $0) })
      }
      return
    }
    let fields = BitFields(bits: held.grid.bits.count)
    let words = fields.words(columns)
    var packed = [Int32](repeating: 0, count: rows * words)
    for row in 0..<rows {
      fields.write(
        weight.codes[row * columns..<(row + 1) * columns], into: &packed, from: row * words, step: 1
      )
    }
    writer.append("\(module).weight_packed", shape: [rows, words], packed)
    writer.append("\(module).weight_shape", shape: [2], [Int64(rows), Int64(columns)])
    writer.append("\(module).weight_scale", shape: shape, scales)
    guard isAffine else { return }
    var zeros = [Int32](repeating: 0, count: fields.words(rows) * groups)
    for group in 0..<groups {
      fields.write(
        (0..<rows).lazy.map { UInt8(truncatingIfNeeded: zeroPoints[$0 * groups + group] + half) },
        into: &zeros, from: group, step: groups)
    }
    writer.append(
      "\(module).weight_zero_point", shape: [fields.words(rows), groups], zeros)
  }

  package func decode(
    _ input: FormatInput, _ context: FormatContext
  ) throws(FormatFault) -> FormatReading {
    let image = try input.safetensors()
    guard
      let configuration = try input.sibling(Self.configuration, CompressedTensorsConfig.self)?
        .quantization
    else {
      throw FormatFault(
        "there is no \(Self.configuration) in the same folder; its quantization_config says what the codes are"
      )
    }
    if let method = configuration.method, method != name {
      throw FormatFault(
        Self.configuration, "quant_method is \(quoted(method)); expected \(quoted(name))")
    }
    let schemes = CompressedTensorsSchemes(configuration.groups)
    var reading = FormatReading([])
    var left: [RefusedTensor] = []
    for member in image.members {
      guard let module = CompressedTensorsModule(member, in: image) else { continue }
      let weights = try schemes.weights(of: module.name, fits: module.fits)
      let isInteger =
        weights.isInteger && (module.isPacked || module.codes?.type ?? "I8" == "I8")
      guard isInteger, let lanes = weights.lanes, let bits = BitWidth(weights.bits),
        bits.fitsByte
      else {
        let type = "\(weights.type ?? "int") of \(weights.bits) bits"
        left.append(
          RefusedTensor(
            name: module.name,
            reason: "codes of type \(printable(type, limit: 40)), strategy "
              + "\(quoted(weights.strategy ?? "tensor")); read are integers of 2 to 8 bits for each tensor, "
              + "channel or group"))
        continue
      }
      reading.tensors.append(
        try module.range(weights, lanes, bits: bits, context, estimator: name))
    }
    reading.notes = RefusedTensor.lines(left).map { "left out, \($0)" }
    return reading
  }
}
