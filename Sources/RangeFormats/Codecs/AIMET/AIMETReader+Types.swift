internal import QuantizationCore
internal import RangeFiles
internal import TensorIO

/// Version 2.0.0: a tensor has a type, and zero points as ONNX has them.
extension AIMETReader {
  /// A tensor of version 2.0.0.
  mutating func add(
    _ encoding: AIMETEncoding, _ name: String, _ kind: TensorRange.Kind?, _ place: String
  ) throws(FormatFault) {
    guard encoding.bw == nil else {
      throw FormatFault(place, "has keys of version 1.0.0 and 2.0.0")
    }
    guard let type = encoding.outputType else {
      throw FormatFault(place, "the key 'output_dtype' is missing")
    }
    guard !type.hasPrefix("float"), type != "int32" else {
      left["\(type) has no codes of 2 to 16 bits", default: 0] += 1
      return
    }
    let scales = try blockedScales(encoding, place)
    let zeros = encoding.yZeroPoint?.numbers ?? scales.map { _ in 0 }
    guard let zeroPoints = integers(zeros) else {
      throw FormatFault(place, "a zero point is no integer, so zero lies between two codes")
    }
    guard let grid = integerGrid(type, zeroPoints: zeroPoints) else {
      throw FormatFault(place, "the type is \(quoted(type)); expected such as int8 or uint16")
    }
    var draft = RangeDraft(
      place: place, name: name, kind: kind, grid: grid, scales: scales.map { Float($0) },
      zeroPoints: zeroPoints, estimator: estimator)
    switch (encoding.axis, encoding.blockSize) {
    case (nil, nil): break
    case (let axis?, nil): draft.granularity = .channel(axis: axis)
    case (let axis?, let size?) where size > 0: draft.granularity = .group(size: size, axis: axis)
    default: throw FormatFault(place, "block_size without an axis, or not above 0")
    }
    try add(draft)
  }

  private func blockedScales(
    _ encoding: AIMETEncoding, _ place: String
  ) throws(FormatFault) -> [Double] {
    if let scales = encoding.yScale { return scales.numbers }
    guard case .rows(let channels)? = encoding.channelScales,
      case .rows(let blocks)? = encoding.blockScales,
      !blocks.isEmpty
    else { throw FormatFault(place, "the key 'y_scale' is missing") }
    // A row of one column for each of the output channels, or one row for all of them.
    var scales: [Double] = []
    for (row, factors) in blocks.enumerated() {
      let channel = channels.count == 1 ? channels[0] : row < channels.count ? channels[row] : []
      guard channel.count == factors.count || channel.count == 1 else {
        throw FormatFault(place, "the scales of channels and blocks do not fit each other")
      }
      for (column, factor) in factors.enumerated() {
        scales.append(Double(Float(factor) * Float(channel[channel.count == 1 ? 0 : column])))
      }
    }
    return scales
  }
}
