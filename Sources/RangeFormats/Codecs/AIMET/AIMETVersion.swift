internal import QuantizationCore
internal import RangeFiles

/// A version of AIMET's encodings that can be written.
enum AIMETVersion: String, CaseIterable {
  case one = "1.0.0"
  case two = "2.0.0"
  case early = "0.6.1"

  /// Signed codes are symmetric and unsigned ones have an offset; there are no narrow codes.
  static let grids: [LevelSet: LevelSet] = [
    .symmetricNarrow: .symmetricFull, .symmetricFull: .symmetricFull,
    .symmetricUnsigned: .affineUnsigned, .affineUnsigned: .affineUnsigned,
    .affineSigned: .affineUnsigned,
  ]

  /// The version that is asked for, or the one that converters of today take.
  init(_ options: FormatOptions) {
    self = options.version.flatMap(AIMETVersion.init(rawValue:)) ?? .one
  }

  /// Why a tensor cannot be written in this version; nothing where it can.
  func fault(of range: TensorRange, _ context: FormatContext) -> String? {
    let bits = range.grid.bits.count
    switch self {
    case .early where bits < 4: return "\(bits) bits; version 0.6.1 has 4 to 16"
    case .two where ![2, 4, 8, 16].contains(bits):
      return "\(bits) bits; version 2.0.0 has 2, 4, 8 and 16"
    default: break
    }
    switch FormatAbility.Lanes(range.granularity) {
    case .group: return groupFault(of: range)
    // The axis is that of the output channels, which the operator knows and the file does not say.
    case .channel where self != .two:
      guard let axis = context.model?.entry(range.name)?.channelAxis, axis != range.axis else {
        return nil
      }
      return "channels of axis \(range.axis ?? 0); the operator has them on axis \(axis)"
    default: return nil
    }
  }

  private func groupFault(of range: TensorRange) -> String? {
    guard self != .early else { return "version 0.6.1 has no groups" }
    guard range.shape.count == 2, let axis = range.axis, let size = range.granularity.groupSize
    else {
      return "groups of a tensor that is no matrix"
    }
    return range.shape[axis].isMultiple(of: size)
      ? nil : "groups of \(size) do not divide the \(range.shape[axis]) values along axis \(axis)"
  }

  /// The file.
  func document(_ ranges: [TensorRange]) -> JSONOutput {
    let producer = JSONOutput.object([("package", .text("rangelab"))])
    guard self != .two else {
      return .object([
        ("encodings", .list(ranges.map(Self.encoding))), ("producer", producer),
        ("version", .text(rawValue)),
      ])
    }
    let (activations, weights) = (
      ranges.filter { $0.kind == .activation }, ranges.filter { $0.kind != .activation }
    )
    return .object([
      ("activation_encodings", section(activations)), ("param_encodings", section(weights)),
      ("producer", producer), ("quantizer_args", quantizerArguments(activations, weights)),
      ("version", .text(rawValue)),
    ])
  }

  private func section(_ ranges: [TensorRange]) -> JSONOutput {
    self == .early
      ? .object(ranges.map { ($0.name, .list($0.scales.indices.map($0.earlyEncoding))) })
      : .list(ranges.map(\.listedEncoding))
  }

  /// What AIMET says of all tensors together; readers take the entries of the tensors.
  private func quantizerArguments(_ activations: [TensorRange], _ weights: [TensorRange])
    -> JSONOutput
  {
    func bits(_ ranges: [TensorRange]) -> JSONOutput {
      .number(ranges.map(\.grid.bits.count).max() ?? 8)
    }
    return .object([
      ("activation_bitwidth", bits(activations)), ("dtype", .text("int")),
      ("is_symmetric", .boolean(weights.allSatisfy { $0.grid.family.scheme == .symmetric })),
      ("param_bitwidth", bits(weights)),
      ("per_channel_quantization", .boolean(weights.contains { $0.granularity != .tensor })),
      ("quant_scheme", .text("min_max")),
    ])
  }

  /// A tensor of version 2.0.0.
  private static func encoding(_ range: TensorRange) -> JSONOutput {
    var members: [(key: String, value: JSONOutput)] = []
    if let axis = range.axis { members.append(("axis", .number(axis))) }
    if let size = range.granularity.groupSize { members.append(("block_size", .number(size))) }
    members.append(("name", .text(range.name)))
    members.append(("output_dtype", .text(integerTypeName(range.grid))))
    members.append(("y_scale", range.nested(range.scales.map { .number($0) })))
    if range.zeroPoints.contains(where: { $0 != 0 }) {
      members.append(("y_zero_point", range.nested(range.zeroPoints.map { .number($0) })))
    }
    return .object(members)
  }
}

extension TensorRange {
  /// The zero point on unsigned codes, negated.
  private func offset(ofLane lane: Int) -> Int {
    -zeroPoints[lane] - (grid.isSigned ? grid.bits.levels / 2 : 0)
  }

  private var isSymmetric: Bool { grid.family.scheme == .symmetric }

  /// A lane in version 0.6.1, with the ends of its range.
  fileprivate func earlyEncoding(ofLane lane: Int) -> JSONOutput {
    let (low, high) = ends(ofLane: lane)
    return .object([
      ("bitwidth", .number(grid.bits.count)), ("dtype", .text("int")),
      ("is_symmetric", .text(isSymmetric ? "True" : "False")), ("max", .number(high)),
      ("min", .number(low)), ("offset", .number(offset(ofLane: lane))),
      ("scale", .number(scales[lane])),
    ])
  }

  /// The tensor in version 1.0.0.
  fileprivate var listedEncoding: JSONOutput {
    let order = outputChannelOrder
    var members: [(key: String, value: JSONOutput)] = []
    if let size = granularity.groupSize { members.append(("block_size", .number(size))) }
    members.append(("bw", .number(grid.bits.count)))
    members.append(("dtype", .text("INT")))
    members.append(("enc_type", .text(typeName)))
    members.append(("is_sym", .boolean(isSymmetric)))
    members.append(("name", .text(name)))
    members.append(("offset", .numbers(order.map(offset))))
    members.append(("scale", .numbers(order.map { scales[$0] })))
    return .object(members)
  }

  private var typeName: String {
    switch FormatAbility.Lanes(granularity) {
    case .tensor: "PER_TENSOR"
    case .channel: "PER_CHANNEL"
    case .group, .block: "PER_BLOCK"
    }
  }

  /// The lanes with the groups of each output channel together.
  private var outputChannelOrder: [Int] {
    guard let size = granularity.groupSize, axis == 0, shape.count == 2 else {
      return Array(scales.indices)
    }
    let groups = shape[0] / size
    return (0..<shape[1]).flatMap { column in (0..<groups).map { $0 * self.shape[1] + column } }
  }

  /// One number, a row of channels, or rows of groups.
  fileprivate func nested(_ values: [JSONOutput]) -> JSONOutput {
    switch FormatAbility.Lanes(granularity) {
    case .tensor: return values[0]
    case .channel, .block: return .list(values)
    case .group:
      let columns = axis == 0 ? shape[1] : values.count / max(shape[0], 1)
      return .list(
        stride(from: 0, to: values.count, by: max(columns, 1)).map { start in
          .list(Array(values[start..<min(start + columns, values.count)]))
        })
    }
  }
}
