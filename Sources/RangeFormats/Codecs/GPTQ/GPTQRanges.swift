internal import Foundation
internal import QuantizationCore
package import RangeFiles
internal import TensorIO

/// Weights of GPTQ files: `X.qweight`, `X.qzeros`, `X.scales` and `X.g_idx` in a .safetensors file, and
/// `quantize_config.json` in the same folder.
///
/// Codes are unsigned, packed along the inputs; scales are float16. Version `gptq` stores zero points less one,
/// `gptq_v2` as they are. Some files say `gptq` and are `gptq_v2`: where all zero points are in the middle, the
/// stored ones tell which it is.
package struct GPTQRanges: RangeCodec {
  package let name = "gptq"
  package let summary =
    "weights of GPTQ: .safetensors with qweight, qzeros, scales and g_idx, and quantize_config.json"
  package let options: Set<FormatOption> = [.version]
  package let ability = FormatAbility(
    weights: .init(
      lanes: [.channel, .group],
      grids: .some([
        .symmetricNarrow: .symmetricFull, .symmetricFull: .symmetricFull,
        .symmetricUnsigned: .affineUnsigned, .affineUnsigned: .affineUnsigned,
        .affineSigned: .affineUnsigned,
      ]), bits: GPTQRanges.bits),
    activations: nil, scales: .rounded(.float16), isText: false, holdsCodes: true,
    versions: GPTQConfig.versions)

  /// The bits that codes may have.
  static let bits = [2, 3, 4, 8]

  package init() {}

  /// What zero points are stored less.
  private func missing(_ context: FormatContext) -> Int {
    context.options.version ?? GPTQConfig.versions[0] == GPTQConfig.versions[0] ? 1 : 0
  }

  /// Zero points on unsigned codes.
  private static func unsignedZeros(_ range: TensorRange) -> [Int] {
    let half = range.grid.isSigned ? range.grid.bits.levels / 2 : 0
    return range.zeroPoints.map { $0 + half }
  }

  package func fault(of range: TensorRange, _ context: FormatContext) -> String? {
    do {
      let layout = try MatrixLayout(range, context.model)
      guard layout.shape.count == 2 else {
        return "\(layout.shape.count) axes; the format has weights of two axes"
      }
      let bits = range.grid.bits.count
      guard (layout.rows * bits).isMultiple(of: 32), (layout.columns * bits).isMultiple(of: 32)
      else {
        return
          "\(layout.rows) outputs and \(layout.columns) inputs of \(bits) bits; the format has whole words of "
          + "32 bits along both"
      }
    } catch { return error.description }
    if missing(context) == 1, Self.unsignedZeros(range).contains(0) {
      return "a zero point that is the lowest code, which only --format-version gptq_v2 has"
    }
    if context.weights == nil {
      return "the values of weights are not known; the format holds codes"
    }
    return ModuleName.fault(range.name) ?? HalfScales.fault(of: range)
  }

  package func held(_ range: TensorRange, _ context: FormatContext) -> TensorRange {
    let half = range.grid.bits.levels / 2
    let isCentered = Self.unsignedZeros(range).allSatisfy { $0 == half }
    return range.with(scales: HalfScales.stored(range.scales))
      .on(isCentered ? .symmetricFull : .affineUnsigned)
  }

  package func encode(
    _ ranges: RangeSet, _ context: FormatContext
  ) throws(FormatFault) -> FormatOutput {
    var writer = SafetensorsImageWriter(metadata: [("format", "pt")])
    var rounding = RoundingNote()
    var kinds: [(text: String, bits: Int, groupSize: Int)] = []
    var layouts: [MatrixLayout] = []
    var isSymmetric = true
    for range in ranges.tensors {
      let layout = try MatrixLayout(range, context.model)
      guard let module = ModuleName.module(ofWeight: range.name) else { continue }
      let size = if case .group(let size) = layout.lanes { size } else { -1 }
      let text = "\(range.grid.bits) bits, \(range.granularity)"
      if !kinds.contains(where: { ($0.bits, $0.groupSize) == (range.grid.bits.count, size) }) {
        kinds.append((text, range.grid.bits.count, size))
      }
      guard kinds.count == 1 else {
        throw FormatFault(
          "a file has one number of bits and one size of groups; these are several: "
            + kinds.map(\.text).joined(separator: "; "))
      }
      let held = held(range, context)
      let weight = try WeightCodes(range, scales: held.scales, layout, context)
      append(range, weight, layout, module, to: &writer, context)
      isSymmetric = isSymmetric && held.grid.family.levels == .symmetricFull
      rounding.add(range.name, weight, isRounded: held.scales != range.scales)
      layouts.append(layout)
    }
    let configuration = GPTQConfig(
      bits: kinds.first?.bits ?? 4, groupSize: kinds.first?.groupSize ?? -1,
      isSymmetric: isSymmetric, isReordered: false,
      version: context.options.version ?? GPTQConfig.versions[0], method: "gptq")
    return FormatOutput(
      files: [FormatFile(data: writer.data()), .sibling(GPTQConfig.fileName, configuration)],
      notes: [rounding.text("float16")].compactMap(\.self) + MatrixLayout.notes(layouts))
  }

  private func append(
    _ range: TensorRange, _ weight: WeightCodes, _ layout: MatrixLayout, _ module: String,
    to writer: inout SafetensorsImageWriter, _ context: FormatContext
  ) {
    let (rows, columns, groups) = (layout.rows, layout.columns, layout.groups)
    let fields = BitFields(bits: range.grid.bits.count)
    // Packed along the inputs: the words of a row of the matrix are a column of the tensor.
    var codes = [Int32](repeating: 0, count: fields.words(columns) * rows)
    for row in 0..<rows {
      fields.write(
        weight.codes[row * columns..<(row + 1) * columns], into: &codes, from: row, step: rows)
    }
    let lanes = (0..<groups).flatMap { group in
      (0..<rows).map { layout.lane(row: $0, group: group) }
    }
    let stored = Self.unsignedZeros(range)
    let missing = missing(context)
    let width = fields.words(rows)
    var zeros = [Int32](repeating: 0, count: groups * width)
    for group in 0..<groups {
      fields.write(
        (0..<rows).lazy.map {
          UInt8(truncatingIfNeeded: stored[lanes[group * rows + $0]] - missing)
        }, into: &zeros, from: group * width, step: 1)
    }
    writer.append("\(module).qweight", shape: [fields.words(columns), rows], codes)
    writer.append("\(module).qzeros", shape: [groups, width], zeros)
    writer.append(
      "\(module).scales", shape: [groups, rows], lanes.map { HalfScales.bits(range.scales[$0]) },
      as: "F16")
    writer.append(
      "\(module).g_idx", shape: [columns],
      (0..<columns).map { Int32(truncatingIfNeeded: $0 / layout.groupLength) })
  }

  package func decode(
    _ input: FormatInput, _ context: FormatContext
  ) throws(FormatFault) -> FormatReading {
    let image = try input.safetensors()
    let config = try GPTQConfig.read(input)
    guard let bits = BitWidth(config.bits) else { return FormatReading([]) }
    var modules: [GPTQModule] = []
    for member in image.members {
      if let module = try GPTQModule(member, in: image, config) { modules.append(module) }
    }
    let (version, notes) = version(config, modules, half: bits.levels / 2, context)
    var reading = FormatReading([], notes: notes)
    for module in modules {
      reading.tensors.append(
        try module.range(
          bits, missing: version == GPTQConfig.versions[0] ? 1 : 0, context, estimator: name))
    }
    return reading
  }

  /// The version of a file, and what the user should know of it.
  private func version(
    _ config: GPTQConfig, _ modules: [GPTQModule], half: Int, _ context: FormatContext
  ) -> (String, notes: [String]) {
    let said = config.version ?? GPTQConfig.versions[0]
    if let asked = context.options.version { return (asked, []) }
    guard config.isSymmetric != true else {
      let values = Set(modules.flatMap(\.storedZeros))
      let seen = values == [half] ? "gptq_v2" : values == [half - 1] ? "gptq" : said
      return (
        seen,
        seen == said
          ? []
          : [
            "the zero points are those of version \(seen), although the file is said to be \(said)"
          ]
      )
    }
    guard said == "gptq" else { return (said, []) }
    return (
      said,
      [
        "zero points are taken to be stored less one, as in version gptq; --format-version gptq_v2 if they are not"
      ]
    )
  }
}
