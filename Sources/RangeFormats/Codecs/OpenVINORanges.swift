internal import QuantizationCore
package import RangeFiles
internal import TensorIO

/// What OpenVINO's `FakeQuantize` takes, as JSON: the number of levels and the two ends of each range.
///
/// ```json
/// {"format": "openvino-fake-quantize", "version": 1, "tensors":
///  [{"name": "x", "kind": "activation", "levels": 256, "shape": [], "input_low": [-3.0], "input_high": [4.65]}]}
/// ```
/// `shape` is that of the four constants, which are spread over the tensor: `[32, 1, 1, 1]` for the channels of a
/// convolution. Output ends are the input ends. A narrow grid has 2^b - 1 levels, all others 2^b.
package struct OpenVINORanges: RangeCodec {
  package let name = "openvino"
  package let summary = "levels and ends of OpenVINO's FakeQuantize, as JSON"
  package let ability = FormatAbility(
    weights: .init(lanes: [.tensor, .channel], grids: .some(grids), bits: Array(2...16)),
    activations: .init(lanes: [.tensor, .channel], grids: .some(grids), bits: Array(2...16)),
    scales: .within(units: 1))

  private static let grids: [LevelSet: LevelSet] = [
    .symmetricNarrow: .symmetricNarrow, .symmetricFull: .symmetricFull,
    .symmetricUnsigned: .affineUnsigned, .affineUnsigned: .affineUnsigned,
    .affineSigned: .affineUnsigned,
  ]
  static let format = "openvino-fake-quantize"

  package init() {}

  package func fault(of range: TensorRange, _ context: FormatContext) -> String? {
    if range.granularity != .tensor, range.shape.isEmpty {
      return "channels of a tensor without a shape"
    }
    return RangeEnds.fault(of: range)
  }

  package func encode(
    _ ranges: RangeSet, _ context: FormatContext
  ) throws(FormatFault) -> FormatOutput {
    let tensors = ranges.tensors.map { range -> JSONOutput in
      let held = self.held(range, context)
      let ends = held.scales.indices.map { RangeEnds(held, lane: $0) }
      var members: [(key: String, value: JSONOutput)] = [
        ("name", .text(range.name)), ("kind", .text(range.kind.rawValue)),
        ("levels", .number(held.grid.codes.count)), ("shape", .numbers(Self.shape(held))),
        ("input_low", .numbers(ends.map(\.low))), ("input_high", .numbers(ends.map(\.high))),
      ]
      if !range.shape.isEmpty { members.append(("tensor_shape", .numbers(range.shape))) }
      return .object(members)
    }
    let other = ranges.tensors.count { ![4, 8].contains($0.grid.bits.count) }
    let note =
      "\(counted(other, "tensor")) of other than 4 or 8 bits, which OpenVINO computes in float"
    return FormatOutput(
      text: JSONOutput.object([
        ("format", .text(Self.format)), ("version", .number(1)), ("tensors", .list(tensors)),
      ]).text(indent: 1) + "\n", notes: other > 0 ? [note] : [])
  }

  /// The shape of constants that are spread over the tensor.
  private static func shape(_ range: TensorRange) -> [Int] {
    guard let axis = range.axis else { return [] }
    return range.shape.indices.map { $0 == axis ? range.scales.count : 1 }
  }

  package func decode(
    _ input: FormatInput, _ context: FormatContext
  ) throws(FormatFault) -> FormatReading {
    let document = try input.json(OpenVINODocument.self)
    guard document.format == Self.format, document.version == 1 else {
      throw FormatFault(
        "the format is \(quoted(document.format)), version \(document.version); expected "
          + "\(quoted(Self.format)), version 1")
    }
    var reading = FormatReading([])
    for (index, tensor) in document.tensors.enumerated() {
      let place = place("tensors", index, tensor.name)
      try tensor.draft(place, estimator: name).add(to: &reading, context)
    }
    return reading
  }
}
