internal import QuantizationCore
internal import RangeFiles
internal import TensorIO

/// What the header of ``TorchParameters`` says of a tensor.
struct TorchEntry: Decodable {
  let name: String
  let kind: String?
  let lowest: Int
  let highest: Int
  let scheme: String
  let shape: [Int]?
  let axis: Int?
  let size: Int?

  private enum CodingKeys: String, CodingKey {
    case name, kind, shape, axis
    case lowest = "quant_min"
    case highest = "quant_max"
    case scheme = "qscheme"
    case size = "block_size"
  }

  /// The quantizers of the tensor.
  func draft(
    _ file: SafetensorsImage, _ place: String, estimator: String
  ) throws(FormatFault) -> RangeDraft {
    func fault(_ reason: String) -> FormatFault { FormatFault(place, reason) }
    func member(_ suffix: String) throws(FormatFault) -> SafetensorsImage.Member {
      guard let member = file[name + suffix] else {
        throw fault("the file has no \(quoted(name + suffix))")
      }
      return member
    }
    let scales = try member(".scale").floats()
    let zeroPoints = try member(".zero_point").integers()
    let scheme: QuantizationScheme = self.scheme.hasSuffix("_symmetric") ? .symmetric : .affine
    guard let grid = Self.grid(lowest, highest, scheme) else {
      throw fault("no \(scheme.rawValue) grid has the codes \(lowest) to \(highest)")
    }
    var draft = RangeDraft(
      place: place, name: name, grid: grid, scales: scales, zeroPoints: zeroPoints,
      estimator: estimator)
    draft.allowsMirrored = true
    if let kind {
      draft.kind = TensorRange.Kind(rawValue: kind)
      guard draft.kind != nil else { throw fault("the kind is \(quoted(kind))") }
    }
    draft.shape = shape
    switch (axis, size) {
    case (nil, nil): break
    case (let axis?, nil): draft.granularity = .channel(axis: axis)
    case (let axis?, let size?) where size > 0: draft.granularity = .group(size: size, axis: axis)
    default: throw fault("block_size without an axis, or not above 0")
    }
    return draft
  }

  /// The grid of a scheme with these codes.
  private static func grid(_ lowest: Int, _ highest: Int, _ scheme: QuantizationScheme) -> CodeGrid?
  {
    for family in GridFamily.families(of: scheme) {
      for bits in BitWidth.allowed {
        guard let width = BitWidth(bits) else { continue }
        let grid = CodeGrid(family, bits: width)
        if grid.minimumCode == lowest, grid.maximumCode == highest { return grid }
      }
    }
    return nil
  }
}
