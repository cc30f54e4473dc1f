internal import QuantizationCore
package import RangeFiles
internal import TensorIO

/// `TensorQuantOverrides` of ONNX Runtime's `quantize_static`, as JSON with the names of its types.
///
/// ```json
/// {"x": [{"quant_type": "QUInt8", "scale": 0.05, "zero_point": 130}]}
/// ```
/// A tensor has one entry, or one for each channel with its `axis`. ONNX Runtime takes a Python dictionary and no
/// file, in which scales and zero points are numpy arrays without axes; the documentation has the few lines that
/// make one of this file. QuantizeLinear has no narrow codes, so the runtime uses all of the type.
package struct ORTOverrides: RangeCodec {
  package let name = "ort-overrides"
  package let summary = "TensorQuantOverrides of ONNX Runtime's quantize_static, as JSON"
  package let options: Set<FormatOption> = [.codes]
  package let ability = FormatAbility(
    weights: .init(lanes: [.tensor, .channel], grids: .some(grids), bits: [4, 8, 16]),
    activations: .init(lanes: [.tensor], grids: .some(grids), bits: [8, 16]))

  private static let grids: [LevelSet: LevelSet] = [
    .symmetricNarrow: .symmetricFull, .symmetricFull: .symmetricFull,
    .symmetricUnsigned: .affineUnsigned, .affineUnsigned: .affineUnsigned,
    .affineSigned: .affineSigned,
  ]

  package init() {}

  package func encode(
    _ ranges: RangeSet, _ context: FormatContext
  ) throws(FormatFault) -> FormatOutput {
    let members = ranges.tensors.map { range -> (key: String, value: JSONOutput) in
      let held = held(range, context)
      let type = (held.grid.isSigned ? "QInt" : "QUInt") + "\(held.grid.bits)"
      let entries = held.scales.indices.map { lane -> JSONOutput in
        var members: [(key: String, value: JSONOutput)] = [("quant_type", .text(type))]
        if held.granularity != .tensor { members.append(("axis", .number(held.axis ?? 0))) }
        members.append(("scale", .number(held.scales[lane])))
        members.append(("zero_point", .number(held.zeroPoints[lane])))
        return .object(members)
      }
      return (range.name, .list(entries))
    }
    return FormatOutput(text: JSONOutput.object(members).text(indent: 1) + "\n")
  }

  package func decode(
    _ input: FormatInput, _ context: FormatContext
  ) throws(FormatFault) -> FormatReading {
    let document = try input.json([String: [ORTOverride]].self)
    var reading = FormatReading([])
    var silent = 0
    for (name, entries) in document.sorted(by: { naturallyPrecedes($0.key, $1.key) }) {
      guard let first = entries.first else {
        throw FormatFault(quoted(name), "no entry; expected one")
      }
      guard entries.contains(where: \.saysRange) else {
        silent += 1
        continue
      }
      var lanes: [(grid: CodeGrid, scale: Float, zeroPoint: Int)] = []
      for (lane, entry) in entries.enumerated() {
        lanes.append(
          try entry.quantizer(
            first, codes: context.options.codes, place: "\(quoted(name))[\(lane)]"))
      }
      guard
        lanes.allSatisfy({
          $0.grid.bits == lanes[0].grid.bits && $0.grid.isSigned == lanes[0].grid.isSigned
        })
      else {
        throw FormatFault(quoted(name), "channels have different types; expected one for all")
      }
      let zeroPoints = lanes.map(\.zeroPoint)
      let type = integerTypeName(lanes[0].grid)
      var draft = RangeDraft(
        place: quoted(name), name: name,
        grid: integerGrid(type, zeroPoints: zeroPoints) ?? lanes[0].grid,
        scales: lanes.map(\.scale),
        zeroPoints: zeroPoints, estimator: self.name)
      if let axis = first.axis { draft.granularity = .channel(axis: axis) }
      reading.tensors.append(try draft.range(context))
    }
    if silent > 0 {
      reading.notes.append("\(counted(silent, "tensor")) left out: a type is given, but no range")
    }
    return reading
  }
}
