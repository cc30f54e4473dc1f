internal import QuantizationCore
internal import RangeFiles
internal import TensorIO

/// Version 1.0.0: a tensor has lists of scales and offsets.
extension AIMETReader {
  /// A tensor of version 1.0.0.
  mutating func draft(
    of encoding: AIMETEncoding, _ name: String, _ kind: TensorRange.Kind, _ place: String
  ) throws(FormatFault) -> RangeDraft? {
    guard let bits = try width(encoding.compressedBits ?? encoding.bw, encoding.dtype, place) else {
      return nil
    }
    guard case .row(var scales)? = encoding.scale, case .row(var offsets)? = encoding.offset else {
      throw FormatFault(place, "expected lists of scales and offsets")
    }
    guard scales.count == offsets.count else {
      throw FormatFault(
        place,
        "\(counted(scales.count, "scale")) and \(counted(offsets.count, "offset")); expected as many"
      )
    }
    var granularity = Granularity.tensor
    switch encoding.type {
    case "PER_TENSOR": break
    case "PER_CHANNEL": granularity = .channel(axis: try channelAxis(name, place))
    case "PER_BLOCK", "LPBQ":
      let (groups, order) = try groups(encoding, name, place)
      granularity = groups
      if encoding.type == "LPBQ" {
        scales = try products(encoding, scales, place)
        offsets = scales.map { _ in -Double(bits.levels / 2) }
      }
      guard scales.count == order.count else {
        throw FormatFault(
          place, "\(counted(scales.count, "scale")); expected \(order.count) for the groups")
      }
      (scales, offsets) = (order.map { scales[$0] }, order.map { offsets[$0] })
    case let other:
      throw FormatFault(
        place,
        "enc_type is \(quoted(other ?? "")); expected PER_TENSOR, PER_CHANNEL, PER_BLOCK or LPBQ")
    }
    var draft = try draft(
      name, kind, bits, isSymmetric: encoding.isSym ?? false, scales, offsets, place)
    draft.granularity = granularity
    return draft
  }

  /// A scale of a channel, and an integer for each of its blocks.
  private func products(
    _ encoding: AIMETEncoding, _ scales: [Double], _ place: String
  ) throws(FormatFault) -> [Double] {
    let factors = encoding.blockScales?.numbers ?? []
    guard !scales.isEmpty, !factors.isEmpty, factors.count.isMultiple(of: scales.count) else {
      throw FormatFault(
        place,
        "\(counted(factors.count, "scale")) of blocks for \(counted(scales.count, "channel"))")
    }
    let blocks = factors.count / scales.count
    return factors.indices.map { Double(Float(factors[$0]) * Float(scales[$0 / blocks])) }
  }

  /// The groups of a matrix, and the place of each in a list with those of an output channel together.
  private func groups(
    _ encoding: AIMETEncoding, _ name: String, _ place: String
  ) throws(FormatFault) -> (Granularity, [Int]) {
    guard let size = encoding.blockSize, size > 0 else {
      throw FormatFault(place, "expected a block_size above 0")
    }
    guard let entry = context.model?.entry(name), let axis = entry.groupAxis, entry.shape.count == 2
    else {
      throw FormatFault(
        place, "the file does not say along which axis its blocks lie; give the --model")
    }
    let (along, others) = (entry.shape[axis], entry.shape[1 - axis])
    let blocks = along / size + (along.isMultiple(of: size) ? 0 : 1)
    let (count, isTooLarge) = blocks.multipliedReportingOverflow(by: others)
    guard !isTooLarge, count < 1 << 40 else {
      throw FormatFault(place, "the shape is \(entry.shape)")
    }
    let order = (0..<count).map { axis == 0 ? $0 % others * blocks + $0 / others : $0 }
    return (.group(size: size, axis: axis), order)
  }
}
