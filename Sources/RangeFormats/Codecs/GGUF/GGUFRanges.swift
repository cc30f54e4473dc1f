internal import QuantizationCore
package import RangeFiles
internal import TensorIO

/// Weights of GGUF files, as llama.cpp and other programs on ggml have them: blocks of 32 neighbors along a row.
///
/// Written are Q8_0 from narrow codes of 8 bits, Q4_0 and Q5_0 from full ones of 4 and 5 bits. Read are the scales of
/// these, also those below zero that ggml writes: a mirrored block has the zero point -1 of an affine grid. Q4_1 and
/// Q5_1 have a least value in place of a zero point, which need not have zero among its codes: then it is an ``UnalignedRange``.
package struct GGUFRanges: RangeCodec {
  package let name = "gguf"
  package let summary =
    "weights of llama.cpp: blocks Q8_0, Q4_0 and Q5_0, the codes with their scales"
  package let ability = FormatAbility(
    weights: .init(
      lanes: [.group],
      grids: .some([
        .symmetricNarrow: .symmetricNarrow, .symmetricFull: .symmetricFull,
        .affineSigned: .affineSigned,
      ]), bits: [4, 5, 8]),
    activations: nil, scales: .rounded(.float16), isText: false, holdsCodes: true)

  package init() {}

  package func fault(of range: TensorRange, _ context: FormatContext) -> String? {
    guard range.granularity.groupSize == GGUFBlocks.values else {
      return "\(range.granularity); the format has groups of \(GGUFBlocks.values)"
    }
    let layout: MatrixLayout
    do { layout = try MatrixLayout(range, context.model) } catch { return error.description }
    guard layout.shape.count <= GGUFHeader.maximumAxes else {
      return "\(layout.shape.count) axes; the format has at most \(GGUFHeader.maximumAxes)"
    }
    guard range.name.utf8.count <= GGUFHeader.maximumNameBytes else {
      return "a name of \(range.name.utf8.count) bytes; the format has names of at most "
        + "\(GGUFHeader.maximumNameBytes)"
    }
    if range.grid.bits.count == 8, range.grid.family.levels != .symmetricNarrow {
      return "codes of \(range.grid); the format has -127 to 127 around zero at 8 bits"
    }
    if !range.zeroPoints.allSatisfy({ $0 == 0 || $0 == -1 }) {
      return "zero points other than 0, and -1 for a mirrored block; the format has no others"
    }
    if context.weights == nil {
      return "the values of weights are not known; the format holds codes"
    }
    return HalfScales.fault(of: range)
  }

  package func held(_ range: TensorRange, _ context: FormatContext) -> TensorRange {
    let isAffine = range.zeroPoints.contains { $0 != 0 }
    let levels: LevelSet =
      isAffine ? .affineSigned : range.grid.bits.count == 8 ? .symmetricNarrow : .symmetricFull
    return range.with(scales: HalfScales.stored(range.scales)).on(levels)
  }

  package func encode(
    _ ranges: RangeSet, _ context: FormatContext
  ) throws(FormatFault) -> FormatOutput {
    var writer = GGUFWriter()
    var rounding = RoundingNote()
    var layouts: [MatrixLayout] = []
    for range in ranges.tensors {
      let layout = try MatrixLayout(range, context.model)
      let stored = HalfScales.stored(range.scales)
      let codes = try WeightCodes(range, scales: stored, layout, context)
      guard let type = GGUFType.holding(range.grid.bits) else { continue }
      writer.append(
        GGUFWriter.Tensor(
          name: range.name, shape: layout.isTransposed ? layout.shape.reversed() : layout.shape,
          type: type, bytes: GGUFBlocks.data(range, codes, layout, type)))
      rounding.add(range.name, codes, isRounded: stored != range.scales)
      layouts.append(layout)
    }
    return FormatOutput(
      files: [FormatFile(data: writer.data())],
      notes: [rounding.text("float16")].compactMap(\.self) + MatrixLayout.notes(layouts)
        + ["these are weights only; llama.cpp needs what else its model has in the same file"])
  }

  package func decode(
    _ input: FormatInput, _ context: FormatContext
  ) throws(FormatFault) -> FormatReading {
    let header = try GGUFHeader(input.bytes)
    var reading = FormatReading([])
    var left: [RefusedTensor] = []
    for entry in header.entries {
      guard let integers = entry.type.integers, let bits = BitWidth(integers.bits) else {
        let reason =
          entry.type.isPlain
          ? "type \(entry.type.name), not quantized"
          : "type \(entry.type.name), whose codes are not integers with one scale for 32 values"
        left.append(RefusedTensor(name: entry.name, reason: reason))
        continue
      }
      let read = GGUFBlocks.read(entry, integers, input.bytes)
      let levels: LevelSet =
        integers.hasMinimum
        ? .affineUnsigned : integers.bits == 8 ? .symmetricNarrow : .symmetricFull
      let layout = MatrixLayout(
        fileShape: entry.shape, .group(GGUFBlocks.values), context.model?.entry(entry.name))
      func place(_ row: Int, _ group: Int) -> Int { row * layout.groups + group }
      var draft = RangeDraft(
        place: quoted(entry.name), name: entry.name, kind: .weight,
        grid: CodeGrid(GridFamily(levels), bits: bits),
        scales: layout.lanes { read.scales[place($0, $1)] },
        zeroPoints: layout.lanes { read.zeroPoints[place($0, $1)] }, estimator: name)
      draft.shape = layout.shape
      draft.granularity = layout.granularity
      draft.allowsMirrored = true
      if !read.isAligned {
        let steps = read.steps(bits: integers.bits)
        draft.scales = layout.lanes { steps.scales[place($0, $1)] }
        draft.lows = layout.lanes { steps.lows[place($0, $1)] }
      }
      try draft.add(to: &reading, context)
    }
    reading.notes = RefusedTensor.lines(left).map { "left out, \($0)" }
    return reading
  }
}
