internal import QuantizationCore
package import RangeFiles
internal import TensorIO

/// The calibration table of ONNX Runtime's `quantize_static`, its argument `calibration_cache_path`.
///
/// It holds the two ends of every activation, and no scales: ONNX Runtime makes those of the ends and of the
/// type it is told, `scale = (highest - lowest) / (2^b - 1)` and `zero point = round(qmin - lowest / scale)`.
/// The ends that are written lead back to the scale and zero point that were meant.
///
/// Read are also `calibration.json`, which lacks the frame around the tensors, and `calibration.cache` and
/// `calibration.flatbuffers`, which hold the upper ends only.
package struct ORTTable: RangeCodec {
  package let name = "ort-table"
  package let summary =
    "the calibration table of ONNX Runtime's quantize_static (calibration_cache_path)"
  package let options: Set<FormatOption> = [.codes]
  package let ability = FormatAbility(
    weights: nil,
    activations: .init(
      lanes: [.tensor],
      grids: .some([
        .symmetricNarrow: .affineUnsigned, .symmetricFull: .affineUnsigned,
        .symmetricUnsigned: .affineUnsigned, .affineUnsigned: .affineUnsigned,
        .affineSigned: .affineUnsigned,
      ]), bits: [8, 16]), scales: .within(units: 1))

  /// Codes that ONNX Runtime has for activations: asymmetric ones, and narrow ones for `ActivationSymmetric`.
  private static let accepted: Set<GridFamily> = [.affineUnsigned, .affineSigned, .symmetricNarrow]

  package init() {}

  package func fault(of range: TensorRange, _ context: FormatContext) -> String? {
    RangeEnds.fault(of: range)
  }

  package func optionsToRead(_ ranges: RangeSet, _ options: FormatOptions) -> FormatOptions {
    var options = options
    options.codes = ranges.tensors.first.map { CodeGrid(.affineUnsigned, bits: $0.grid.bits) }
    return options
  }

  package func encode(
    _ ranges: RangeSet, _ context: FormatContext
  ) throws(FormatFault) -> FormatOutput {
    let bits = context.options.codes?.bits ?? ranges.tensors[0].grid.bits
    let others = ranges.tensors.filter { $0.grid.bits != bits }
    guard others.isEmpty else {
      throw FormatFault(
        "a table is for activations of one type; these have other than \(bits) bits: "
          + RefusedTensor.lines(others.map { RefusedTensor(name: $0.name, reason: "") })[0]
          .dropFirst(2))
    }
    let entries = ranges.tensors.map { range -> (key: String, value: JSONOutput) in
      let ends = RangeEnds(self.held(range, context), lane: 0)
      return (
        range.name,
        .object([
          ("lowest", Self.array(ends.low)), ("highest", Self.array(ends.high)),
          ("CLS", .text("TensorData")),
        ])
      )
    }
    let document = JSONOutput.object([
      ("CLS", .text("TensorsData")), ("data", .object(entries)),
      (
        "calibration_method",
        .object([
          ("CLS", .text("CalibrationMethod")), ("value", .text("CalibrationMethod.MinMax")),
        ])
      ), ("smooth_quant", .boolean(false)),
    ])
    return FormatOutput(
      text: document.text(indent: nil),
      notes: [
        "for quantize_static with activation_type QUInt\(bits) or QInt\(bits), asymmetric, and "
          + "calibrate_method MinMax"
      ])
  }

  private static func array(_ value: Float) -> JSONOutput {
    .object([
      ("data", .list([.number(value)])), ("dtype", .text("float32")), ("CLS", .text("numpy.array")),
    ])
  }

  package func decode(
    _ input: FormatInput, _ context: FormatContext
  ) throws(FormatFault) -> FormatReading {
    let codes = context.options.codes ?? CodeGrid(.affineUnsigned, bits: .eight)
    guard Self.accepted.contains(codes.family) else {
      throw FormatFault(
        "--codes: \(codes); expected uint8-affine, int8-affine, int8-narrow or wider ones")
    }
    // Both kinds of JSON begin with a brace, lines of text do not.
    let isJSON =
      input.bytes.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
      == UInt8(ascii: "{")
    guard isJSON else { return try upperEnds(input, codes, context) }
    let data = try input.json(ORTTableDocument.self).data
    var reading = FormatReading([])
    var empty = 0
    for (name, entry) in data.sorted(by: { naturallyPrecedes($0.key, $1.key) }) {
      let ends = try entry.ends(place: "data \(quoted(name))")
      if ends.low == 0 && ends.high == 0 { empty += 1 }
      reading.tensors.append(try tensor(name, ends, codes, "data \(quoted(name))", context))
    }
    if empty > 0 {
      reading.notes.append(
        "\(counted(empty, "tensor")) without a range: ONNX Runtime takes the scale 1")
    }
    return reading
  }

  /// What ONNX Runtime makes of two ends.
  private func tensor(
    _ name: String, _ ends: RangeEnds, _ codes: CodeGrid, _ place: String, _ context: FormatContext
  ) throws(FormatFault) -> TensorRange {
    let read = ends.quantizer(on: codes)
    return try RangeDraft(
      place: place, name: name, kind: .activation, grid: codes, scales: [read.scale],
      zeroPoints: [read.zeroPoint], estimator: self.name
    ).range(context)
  }

  /// The tensors of `calibration.cache` or `calibration.flatbuffers`, which hold the greater of the two ends
  /// with its sign: ranges of it are symmetric, and at least as wide.
  private func upperEnds(
    _ input: FormatInput, _ codes: CodeGrid, _ context: FormatContext
  ) throws(FormatFault) -> FormatReading {
    let narrow = CodeGrid(.symmetricNarrow, bits: codes.bits)
    var reading = FormatReading([])
    let isBinary = input.bytes.prefix(16).contains(0)
    let entries =
      isBinary ? try ORTFlatTable(input.bytes).entries : try Self.lines(try input.text())
    for entry in entries {
      guard let value = decimalNumber(entry.value).map({ Float($0) }) else {
        throw FormatFault(entry.place, "\(quoted(entry.value)) is no number")
      }
      guard value > 0, value.isFinite else {
        throw FormatFault(
          entry.place,
          "the greater end is \(value); nothing follows from it for the range, read the JSON table")
      }
      let ends = RangeEnds(low: -value, high: value)
      reading.tensors.append(try tensor(entry.name, ends, narrow, entry.place, context))
    }
    reading.notes.append(
      "the file holds the upper end of each tensor only: lower ends may reach further than is read here"
    )
    return reading
  }

  /// Lines of a name, a space and a number.
  private static func lines(_ text: String) throws(FormatFault) -> [ORTFlatTable.Entry] {
    var entries: [ORTFlatTable.Entry] = []
    for (index, line) in text.split(separator: "\n").enumerated() {
      guard let space = line.lastIndex(of: " "), space > line.startIndex else {
        throw FormatFault(
          "line \(index + 1)", "\(quoted(String(line))); expected a name and a number")
      }
      entries.append(
        ORTFlatTable.Entry(
          place: "line \(index + 1)", name: String(line[..<space]),
          value: String(line[line.index(after: space)...])))
    }
    return entries
  }
}

extension RangeEnds {
  /// What ONNX Runtime makes of two ends: zero is taken in first, a symmetric grid takes the larger
  /// magnitude, and a range of nothing has the scale 1.
  func quantizer(on grid: CodeGrid) -> (scale: Float, zeroPoint: Int) {
    var ends = RangeEnds(low: min(low, 0), high: max(high, 0))
    if grid.family.scheme == .symmetric {
      let magnitude = max(-ends.low, ends.high)
      ends = RangeEnds(low: -magnitude, high: magnitude)
    }
    guard ends.low < ends.high else { return (1, grid.restingZeroPoint) }
    let read = ends.quantizer(codes: grid.codes)
    return (read.scale, grid.family.scheme == .symmetric ? 0 : read.zeroPoint)
  }
}
