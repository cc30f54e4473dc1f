internal import QuantizationCore
internal import RangeFiles
internal import TensorIO

/// Version 0.6.1: a tensor is a list of encodings, one for each channel.
extension AIMETReader {
  /// A tensor of version 0.6.1: an encoding for each channel.
  mutating func add(
    _ lanes: [AIMETEncoding], _ name: String, _ kind: TensorRange.Kind, _ place: String
  ) throws(FormatFault) {
    guard let first = lanes.first else { throw FormatFault(place, "no encoding; expected one") }
    guard let bits = try width(first.bitwidth, first.dtype, place) else { return }
    var (scales, offsets): ([Double], [Double]) = ([], [])
    for (lane, encoding) in lanes.enumerated() {
      let place = "\(place)[\(lane)]"
      guard case .one(let scale)? = encoding.scale, case .one(let offset)? = encoding.offset else {
        throw FormatFault(place, "expected a scale and an offset")
      }
      guard encoding.bitwidth == first.bitwidth, encoding.dtype == first.dtype,
        encoding.isSymmetric?.value == first.isSymmetric?.value
      else { throw FormatFault(place, "is of another type than the channels before") }
      try checkEnds(encoding, scale, offset, place)
      scales.append(scale)
      offsets.append(offset)
    }
    var draft = try draft(
      name, kind, bits, isSymmetric: first.isSymmetric?.value ?? false, scales, offsets, place)
    if lanes.count > 1 { draft.granularity = .channel(axis: try channelAxis(name, place)) }
    try add(draft)
  }

  /// Converters may take the ends for the scale, so both must say the same.
  private func checkEnds(
    _ encoding: AIMETEncoding, _ scale: Double, _ offset: Double, _ place: String
  ) throws(FormatFault) {
    guard let low = encoding.min else { return }
    guard (low - offset * scale).magnitude <= scale.magnitude / 2 else {
      throw FormatFault(place, "min is \(low); scale and offset make it \(offset * scale)")
    }
  }
}
