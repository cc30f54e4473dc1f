internal import QuantizationCore
internal import RangeFiles
internal import TensorIO

/// Reads AIMET's encodings of all versions.
struct AIMETReader {
  let estimator: String
  let context: FormatContext
  private var reading = FormatReading([])
  private var left: [String: Int] = [:]

  init(estimator: String, context: FormatContext) {
    (self.estimator, self.context) = (estimator, context)
  }

  /// The tensors of a file.
  mutating func read(_ input: FormatInput) throws(FormatFault) -> FormatReading {
    let document = try input.json(AIMETDocument.self)
    switch document.version {
    case "2.0.0":
      guard let encodings = document.encodings else {
        throw FormatFault("the key 'encodings' is missing")
      }
      for (index, encoding) in encodings.enumerated() {
        let name = try name(encoding, "encodings", index)
        try add(encoding, name, nil, place("encodings", index, name))
      }
    case "0.6.1", "1.0.0":
      let sections = [
        (document.activations, TensorRange.Kind.activation, "activation_encodings"),
        (document.parameters, .weight, "param_encodings"),
      ]
      for case (let section?, let kind, let key) in sections {
        try add(section, kind, key, isEarly: document.version == "0.6.1")
      }
    case let other:
      throw FormatFault("the version is \(quoted(other)); expected 0.6.1, 1.0.0 or 2.0.0")
    }
    for (reason, count) in left.sorted(by: { $0.key < $1.key }) {
      reading.notes.append("\(counted(count, "tensor")) left out: \(reason)")
    }
    return reading
  }

  private func name(
    _ encoding: AIMETEncoding, _ list: String, _ index: Int
  ) throws(FormatFault) -> String {
    guard let name = encoding.name else {
      throw FormatFault("\(list)[\(index)]", "the key 'name' is missing")
    }
    return name
  }

  private mutating func add(
    _ section: AIMETDocument.Section, _ kind: TensorRange.Kind, _ key: String, isEarly: Bool
  ) throws(FormatFault) {
    switch (section, isEarly) {
    case (.named(let tensors), true):
      for (name, lanes) in tensors.sorted(by: { naturallyPrecedes($0.key, $1.key) }) {
        try add(lanes, name, kind, "\(key) \(quoted(name))")
      }
    case (.listed(let tensors), false):
      for (index, encoding) in tensors.enumerated() {
        let name = try name(encoding, key, index)
        let place = place(key, index, name)
        guard let draft = try draft(of: encoding, name, kind, place) else { continue }
        try add(draft)
      }
    default:
      throw FormatFault(
        key,
        "expected "
          + (isEarly ? "an object of tensors in version 0.6.1" : "a list in version 1.0.0"))
    }
  }

  /// A tensor of version 0.6.1: an encoding for each channel.
  private mutating func add(
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

  /// A tensor of version 1.0.0.
  private mutating func draft(
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

  /// A tensor of version 2.0.0.
  private mutating func add(
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

  /// The bits of codes; nothing where the tensor has none of 2 to 16 bits and is left out.
  private mutating func width(
    _ bits: Int?, _ type: String?, _ place: String
  ) throws(FormatFault) -> BitWidth? {
    guard let bits else { throw FormatFault(place, "the number of bits is missing") }
    guard type?.lowercased() ?? "int" == "int" else {
      left["\(type ?? "") of \(bits) bits has no codes", default: 0] += 1
      return nil
    }
    guard bits != 32 else {
      left["32 bits, as biases have", default: 0] += 1
      return nil
    }
    guard let width = BitWidth(bits) else {
      throw FormatFault(place, "\(bits) bits; expected 2 to 16")
    }
    return width
  }

  private func channelAxis(_ name: String, _ place: String) throws(FormatFault) -> Int {
    guard let axis = context.model?.entry(name)?.channelAxis else {
      throw FormatFault(place, "the file does not say the axis of its channels; give the --model")
    }
    return axis
  }

  /// Offsets on unsigned codes, as zero points.
  private func draft(
    _ name: String, _ kind: TensorRange.Kind, _ bits: BitWidth, isSymmetric: Bool,
    _ scales: [Double],
    _ offsets: [Double], _ place: String
  ) throws(FormatFault) -> RangeDraft {
    guard let offsets = integers(offsets) else {
      throw FormatFault(place, "an offset is no integer, so zero lies between two codes")
    }
    let half = bits.levels / 2
    var grid = CodeGrid(.affineUnsigned, bits: bits)
    var zeroPoints = offsets.map { -$0 }
    if isSymmetric, offsets.allSatisfy({ $0 == -half }) {
      (grid, zeroPoints) = (CodeGrid(.symmetricFull, bits: bits), offsets.map { _ in 0 })
    } else if isSymmetric, offsets.allSatisfy({ $0 == 1 - half }) {
      (grid, zeroPoints) = (CodeGrid(.symmetricNarrow, bits: bits), offsets.map { _ in 0 })
    } else if isSymmetric, !offsets.allSatisfy({ $0 == 0 }) {
      throw FormatFault(
        place, "is symmetric with the offset \(offsets[0]); expected \(-half), \(1 - half) or 0")
    }
    return RangeDraft(
      place: place, name: name, kind: kind, grid: grid, scales: scales.map { Float($0) },
      zeroPoints: zeroPoints, estimator: estimator)
  }

  private mutating func add(_ draft: RangeDraft) throws(FormatFault) {
    reading.tensors.append(try draft.range(context))
  }
}
