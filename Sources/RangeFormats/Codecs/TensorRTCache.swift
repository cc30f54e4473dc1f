internal import QuantizationCore
package import RangeFiles
internal import TensorIO

/// The calibration cache of TensorRT up to version 10.
///
/// ```
/// TRT-8601-EntropyCalibration2
/// input: 3c010204
/// ```
/// The first line names version and algorithm; TensorRT takes no cache of another algorithm than its
/// calibrator has. The others are tensors, network inputs among them, with the bits of the Float32 scale in
/// hexadecimal digits, the most significant first; the range is 127 scales to either side. Weights are not in
/// it: TensorRT takes the largest magnitude of each channel itself.
package struct TensorRTCache: RangeCodec {
  package let name = "tensorrt-cache"
  package let summary = "the calibration cache of TensorRT up to 10, DeepStream, DLA and ModelOpt"
  package let options: Set<FormatOption> = [.header]
  package let ability = FormatAbility(
    weights: nil,
    activations: .init(
      lanes: [.tensor],
      grids: .some([.symmetricNarrow: .symmetricNarrow, .symmetricFull: .symmetricNarrow]),
      bits: [8]))

  private static let header = "TRT-8601-EntropyCalibration2"

  package init() {}

  package func fault(of range: TensorRange, _ context: FormatContext) -> String? {
    if range.name.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
      return "its name has a line end"
    }
    if range.name.isEmpty { return "it has no name" }
    return range.name.contains(": ")
      ? "its name contains ': ', at which readers of the cache cut names" : nil
  }

  package func encode(
    _ ranges: RangeSet, _ context: FormatContext
  ) throws(FormatFault) -> FormatOutput {
    let header = context.options.header ?? Self.header
    guard header.hasPrefix("TRT-"), !header.utf8.contains(where: { $0 < 0x20 }) else {
      throw FormatFault("--trt-header: \(quoted(header)); expected a line such as \(Self.header)")
    }
    let lines = ranges.tensors.map { "\($0.name): \(Self.digits($0.scales[0]))\n" }
    let colons = ranges.tensors.count { $0.name.contains(":") }
    let note =
      "\(counted(colons, "name")) with ':', at which ONNX Runtime's TensorRT provider cuts names; "
      + "ModelOpt reads them"
    return FormatOutput(text: header + "\n" + lines.joined(), notes: colons > 0 ? [note] : [])
  }

  private static func digits(_ scale: Float) -> String {
    let digits = String(scale.bitPattern, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  package func decode(
    _ input: FormatInput, _ context: FormatContext
  ) throws(FormatFault) -> FormatReading {
    let lines = try input.text().utf8.split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == 0x0A })
    guard let header = lines.first, header.starts(with: "TRT-".utf8) else {
      throw FormatFault(
        "line 1", "no calibration cache of TensorRT; expected TRT-VERSION-ALGORITHM")
    }
    let narrow = CodeGrid(.symmetricNarrow, bits: .eight)
    var reading = FormatReading([])
    var dead = 0
    for (place, line) in lines.enumerated().dropFirst() {
      let text = String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
      if text.isEmpty, place == lines.count - 1 { continue }
      let (name, scale) = try Self.entry(text, "line \(place + 1)")
      // TensorRT writes a scale of zero where a tensor held nothing but zeros.
      guard scale != 0 else {
        dead += 1
        continue
      }
      reading.tensors.append(
        try RangeDraft(
          place: "line \(place + 1), \(quoted(name))", name: name, kind: .activation, grid: narrow,
          scales: [scale], zeroPoints: [0], estimator: self.name
        ).range(context))
    }
    if dead > 0 {
      reading.notes.append(
        "\(counted(dead, "tensor")) with the scale 0 left out: no range was found")
    }
    return reading
  }

  /// The name and the scale of a line; names may contain colons.
  private static func entry(
    _ line: String, _ place: String
  ) throws(FormatFault) -> (name: String, scale: Float) {
    guard let colon = line.utf8.lastIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
      throw FormatFault(place, "\(quoted(line)); expected NAME: and 8 hexadecimal digits")
    }
    let digits = line.utf8[line.utf8.index(after: colon)...].drop { $0 == 0x20 }
    guard digits.count == 8, digits.allSatisfy(\.isHexadecimal),
      let bits = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else {
      throw FormatFault(
        place, "\(quoted(String(decoding: digits, as: UTF8.self))); expected 8 hexadecimal digits")
    }
    return (String(line[..<colon]), Float(bitPattern: bits))
  }
}

extension UInt8 {
  fileprivate var isHexadecimal: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}
