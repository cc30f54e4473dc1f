internal import Foundation
internal import QuantizationCore
package import RangeFiles
internal import TensorIO

/// Scales and zero points for PyTorch, in a .safetensors file.
///
/// `NAME.scale` is Float32 and `NAME.zero_point` Int64, with the shape that
/// `torch.fake_quantize_per_channel_affine` and PT2E's operators take. The header has a text `ranges` with the rest of
/// each tensor as JSON: `quant_min` and `quant_max`, `qscheme`, `axis`, `block_size`, `kind` and `shape`. Narrow codes
/// and any width are kept, since PyTorch's operators take the ends of the codes.
///
/// A file without that text is read where `--codes` says the codes: every `NAME.scale` is a tensor.
package struct TorchParameters: RangeCodec {
  package let name = "torch"
  package let summary = "scale and zero_point of each tensor for PyTorch, as .safetensors"
  package let options: Set<FormatOption> = [.codes]
  package let ability: FormatAbility

  package init() {
    let tensors = FormatAbility.Tensors(
      lanes: [.tensor, .channel, .group],
      grids: .some(
        Dictionary(uniqueKeysWithValues: GridFamily.integers.map { ($0.levels, $0.levels) })),
      bits: Array(BitWidth.allowed))
    ability = FormatAbility(weights: tensors, activations: tensors, isText: false)
  }

  package func encode(
    _ ranges: RangeSet, _ context: FormatContext
  ) throws(FormatFault) -> FormatOutput {
    let text = JSONOutput.list(ranges.tensors.map(Self.description)).text(indent: nil)
    var writer = SafetensorsImageWriter(metadata: [("format", "pt"), ("ranges", text)])
    var names: Set<ExactName> = ["__metadata__"]
    for range in ranges.tensors {
      let shape = Self.laneShape(range)
      for name in [range.name + ".scale", range.name + ".zero_point"]
      where !names.insert(ExactName(name)).inserted {
        throw FormatFault("two tensors would be called \(quoted(name)); expected one")
      }
      writer.append(range.name + ".scale", shape: shape, range.scales)
      writer.append(range.name + ".zero_point", shape: shape, range.zeroPoints.map(Int64.init))
    }
    return FormatOutput(files: [FormatFile(data: writer.data())])
  }

  /// One axis of lanes without a shape, else the axes that are cut.
  private static func laneShape(_ range: TensorRange) -> [Int] {
    guard range.granularity != .tensor else { return [] }
    return LanePartition(shape: range.shape, granularity: range.granularity)?.laneShape ?? [
      range.scales.count
    ]
  }

  private static func description(_ range: TensorRange) -> JSONOutput {
    let lanes =
      range.granularity == .tensor
      ? "per_tensor" : range.granularity.groupSize == nil ? "per_channel" : "per_group"
    var members: [(key: String, value: JSONOutput)] = [
      ("name", .text(range.name)), ("kind", .text(range.kind.rawValue)),
      ("quant_min", .number(range.grid.minimumCode)),
      ("quant_max", .number(range.grid.maximumCode)),
      ("qscheme", .text("\(lanes)_\(range.grid.family.scheme.rawValue)")),
      ("shape", .numbers(range.shape)),
    ]
    if let axis = range.axis { members.append(("axis", .number(axis))) }
    if let size = range.granularity.groupSize { members.append(("block_size", .number(size))) }
    return .object(members)
  }

  package func decode(
    _ input: FormatInput, _ context: FormatContext
  ) throws(FormatFault) -> FormatReading {
    let file = try input.safetensors()
    var reading = FormatReading([])
    if let text = file.metadata["ranges"] {
      let entries = try FormatInput(Data(text.utf8)).json([TorchEntry].self)
      for (index, entry) in entries.enumerated() {
        let place = place("ranges", index, entry.name)
        reading.tensors.append(
          try entry.draft(file, place, estimator: name).range(context))
      }
      return reading
    }
    guard let codes = context.options.codes else {
      throw FormatFault(
        "the header has no text 'ranges'; say with --codes which codes the tensors have")
    }
    for member in file.members.sorted(by: { naturallyPrecedes($0.name, $1.name) }) {
      guard let stem = member.name.removing(suffix: ".scale"), !stem.isEmpty else { continue }
      let scales = try member.floats()
      let zeroPoints = try file[stem + ".zero_point"]?.integers() ?? scales.map { _ in 0 }
      var draft = RangeDraft(
        place: quoted(member.name), name: stem, grid: codes, scales: scales, zeroPoints: zeroPoints,
        estimator: self.name)
      draft.allowsMirrored = true
      if scales.count > 1 {
        draft.granularity = .channel(axis: context.model?.entry(stem)?.channelAxis ?? 0)
      }
      reading.tensors.append(try draft.range(context))
    }
    return reading
  }
}
