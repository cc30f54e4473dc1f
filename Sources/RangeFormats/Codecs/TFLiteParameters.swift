internal import QuantizationCore
package import RangeFiles
internal import TensorIO

/// The quantization parameters of TensorFlow Lite's tensors, as JSON with the names of its schema.
///
/// ```json
/// {"version": 3, "subgraphs": [{"tensors": [{"name": "x", "type": "INT8", "kind": "activation", "quantization":
///   {"scale": [0.03], "zero_point": [43], "quantized_dimension": 0}}]}]}
/// ```
/// So `flatc --strict-json` prints a .tflite model, but for `kind`. Activations of 8 bits have any zero point, those of
/// 16 bits none; weights are narrow. `quantized_dimension` is an axis of the tensor that the ranges are for, which in
/// a model of another layout may be another one. Read is also the calibration result of ai-edge-quantizer,
/// `{NAME: {"min": [A], "max": [B]}}`.
package struct TFLiteParameters: RangeCodec {
  package let name = "tflite"
  package let summary = "scale, zero_point and quantized_dimension of TensorFlow Lite, as JSON"
  package let options: Set<FormatOption> = [.codes]
  package let ability = FormatAbility(
    weights: .init(
      lanes: [.tensor, .channel], grids: .some([.symmetricNarrow: .symmetricNarrow]), bits: [4, 8]),
    activations: .init(
      lanes: [.tensor],
      grids: .some([
        .symmetricNarrow: .symmetricFull, .symmetricFull: .symmetricFull,
        .symmetricUnsigned: .affineSigned, .affineUnsigned: .affineSigned,
        .affineSigned: .affineSigned,
      ]), bits: [8, 16]))

  package init() {}

  package func fault(of range: TensorRange, _ context: FormatContext) -> String? {
    guard range.kind == .activation, range.grid.bits.count == 16 else { return nil }
    return ability.held(range).zeroPoints == [0]
      ? nil : "activations of 16 bits have the zero point 0 on signed codes in TensorFlow Lite"
  }

  package func encode(
    _ ranges: RangeSet, _ context: FormatContext
  ) throws(FormatFault) -> FormatOutput {
    let tensors = ranges.tensors.map { range -> JSONOutput in
      let held = self.held(range, context)
      var members: [(key: String, value: JSONOutput)] = [
        ("name", .text(range.name)), ("type", .text("INT\(held.grid.bits)")),
        ("kind", .text(range.kind.rawValue)),
      ]
      if !range.shape.isEmpty { members.append(("shape", .numbers(range.shape))) }
      members.append(
        (
          "quantization",
          .object([
            ("scale", .numbers(held.scales)), ("zero_point", .numbers(held.zeroPoints)),
            ("quantized_dimension", .number(held.axis ?? 0)),
          ])
        ))
      return .object(members)
    }
    return FormatOutput(
      text: JSONOutput.object([
        ("version", .number(3)),
        ("subgraphs", .list([.object([("tensors", .list(tensors))])])),
      ]).text(indent: 1) + "\n")
  }

  package func decode(
    _ input: FormatInput, _ context: FormatContext
  ) throws(FormatFault) -> FormatReading {
    let document = try input.json(TFLiteDocument.self)
    var reading = FormatReading([])
    var left: [String: Int] = [:]
    if let calibration = document.calibration {
      let codes = context.options.codes ?? CodeGrid(.affineSigned, bits: .eight)
      guard codes.family.scheme == .affine || codes.family == .symmetricNarrow else {
        throw FormatFault("--codes: \(codes); expected int8-affine, int16-narrow or such")
      }
      for (name, entry) in calibration.sorted(by: { naturallyPrecedes($0.key, $1.key) }) {
        let read = try entry.ends(quoted(name)).quantizer(on: codes)
        reading.tensors.append(
          try RangeDraft(
            place: quoted(name), name: name, grid: codes, scales: [read.scale],
            zeroPoints: [read.zeroPoint], estimator: self.name
          ).range(context))
      }
      return reading
    }
    guard document.version == 3 else {
      throw FormatFault(
        "the version is \(document.version.map(String.init) ?? "missing"); expected 3")
    }
    for (index, graph) in (document.subgraphs ?? []).enumerated() {
      for (place, tensor) in (graph.tensors ?? []).enumerated() {
        guard let scales = tensor.quantization?.scale, !scales.isEmpty else { continue }
        let type = tensor.type ?? "FLOAT32"
        guard let bits = TFLiteDocument.bits[type] else {
          left[type, default: 0] += 1
          continue
        }
        let spot = "subgraphs[\(index)].tensors[\(place)] \(quoted(tensor.name ?? ""))"
        reading.tensors.append(
          try tensor.draft(spot, scales, bits, estimator: name, context).range(context))
      }
    }
    for (type, count) in left.sorted(by: { $0.key < $1.key }) {
      reading.notes.append("\(counted(count, "tensor")) of the type \(printable(type)) left out")
    }
    return reading
  }
}
