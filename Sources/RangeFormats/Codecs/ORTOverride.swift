internal import QuantizationCore
internal import TensorIO

/// An entry of `TensorQuantOverrides`.
struct ORTOverride: Decodable {
  let type: String?
  let axis: Int?
  let scale: Float?
  let zeroPoint: Int?
  let lower: Float?
  let upper: Float?
  let symmetric: Bool?
  let reduceRange: Bool?

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case axis, scale, symmetric
    case type = "quant_type"
    case zeroPoint = "zero_point"
    case lower = "rmin"
    case upper = "rmax"
    case reduceRange = "reduce_range"
  }

  init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: AnyKey.self)
    if let key = keys.allKeys.first(where: { CodingKeys(rawValue: $0.stringValue) == nil }) {
      let known = CodingKeys.allCases.map(\.rawValue).sorted().joined(separator: ", ")
      throw DecodingError.dataCorruptedError(
        forKey: key, in: keys, debugDescription: "this key is not read; expected \(known)")
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    type = try container.decodeIfPresent(String.self, forKey: .type)
    axis = try container.decodeIfPresent(Int.self, forKey: .axis)
    scale = try container.decodeIfPresent(Float.self, forKey: .scale)
    zeroPoint = try container.decodeIfPresent(WrittenInteger.self, forKey: .zeroPoint)?.value
    lower = try container.decodeIfPresent(Float.self, forKey: .lower)
    upper = try container.decodeIfPresent(Float.self, forKey: .upper)
    symmetric = try container.decodeIfPresent(Bool.self, forKey: .symmetric)
    reduceRange = try container.decodeIfPresent(Bool.self, forKey: .reduceRange)
  }

  /// Whether there is more than a type.
  var saysRange: Bool { scale != nil || zeroPoint != nil || lower != nil || upper != nil }

  /// The quantizer of a tensor or channel, by ONNX Runtime's rule where ends are given.
  ///
  /// - Parameters:
  ///   - first: The first entry of the tensor, which may have the type for all.
  ///   - codes: The codes where no entry has a type.
  func quantizer(
    _ first: ORTOverride, codes: CodeGrid?, place: String
  ) throws(FormatFault) -> (grid: CodeGrid, scale: Float, zeroPoint: Int) {
    func fault(_ reason: String) -> FormatFault { FormatFault(place, reason) }
    let grid = try grid(first, codes, fault)
    guard axis == nil || axis == first.axis else {
      throw fault("the axis is not that of the first entry")
    }
    switch (scale, zeroPoint, lower, upper) {
    case (let scale?, let zeroPoint?, nil, nil):
      guard symmetric == nil, reduceRange == nil else {
        throw fault("symmetric or reduce_range beside a scale; expected neither")
      }
      return (grid, scale, zeroPoint)
    case (nil, nil, let lower?, let upper?):
      guard reduceRange != true else {
        throw fault("reduce_range: the codes are not all of a type; not read")
      }
      guard lower <= upper else { throw fault("rmin \(lower) is above rmax \(upper)") }
      let ends = RangeEnds(low: lower, high: upper)
      if symmetric == true { return ends.symmetric(grid) }
      let read = ends.quantizer(on: grid.family.scheme == .affine ? grid : Self.affine(grid))
      return (grid, read.scale, read.zeroPoint)
    default: throw fault("expected scale and zero_point, or rmin and rmax")
    }
  }

  private static func affine(_ grid: CodeGrid) -> CodeGrid {
    CodeGrid(grid.isSigned ? .affineSigned : .affineUnsigned, bits: grid.bits)
  }

  private func grid(
    _ first: ORTOverride, _ codes: CodeGrid?, _ fault: (String) -> FormatFault
  ) throws(FormatFault) -> CodeGrid {
    guard let type = type ?? first.type else {
      guard let codes, codes.family.table == nil else {
        throw fault("no quant_type; give the codes of the tensor with --codes")
      }
      return Self.affine(codes)
    }
    guard type.hasPrefix("Q"),
      let grid = integerGrid(type.dropFirst().lowercased(), zeroPoints: [1])
    else {
      throw fault(
        "the type is \(quoted(type)); expected QInt4, QUInt4, QInt8, QUInt8, QInt16 or QUInt16")
    }
    return grid
  }
}

extension RangeEnds {
  /// What ONNX Runtime makes of two ends on a symmetric type: int8 and int16 without their lowest code, all
  /// others with it, and the zero point in the middle.
  fileprivate func symmetric(_ grid: CodeGrid) -> (grid: CodeGrid, scale: Float, zeroPoint: Int) {
    let magnitude = max(-low, high, 0)
    guard magnitude > 0 else { return (grid, 1, 0) }
    let isNarrow = grid.isSigned && grid.bits.count >= 8
    let steps = grid.bits.levels - (isNarrow ? 2 : 1)
    return (
      grid, Float(2 * Double(magnitude) / Double(steps)), grid.isSigned ? 0 : grid.bits.levels / 2
    )
  }
}
