package import QuantizationCore

extension TensorProfile {
  /// What one grid makes of a tensor.
  package struct GridProfile: Hashable, Sendable {
    /// The codes.
    package let grid: CodeGrid
    /// How many of the codes occur when the range covers every value.
    package let levelsUsed: Int
    /// Two to the entropy of those codes: as many equally frequent codes would carry as much.
    package let effectiveLevels: Double
    /// What clipping costs, against where it clips.
    package let curve: ErrorCurve
    /// The best quantizer there is, up to 8 bits.
    package let optimum: Optimum?

    /// Creates the profile of a grid.
    package init(
      grid: CodeGrid, levelsUsed: Int, effectiveLevels: Double, curve: ErrorCurve,
      optimum: Optimum?
    ) {
      self.grid = grid
      self.levelsUsed = levelsUsed
      self.effectiveLevels = effectiveLevels
      self.curve = curve
      self.optimum = optimum
    }

    /// Where a quantizer on this grid lies on the axis of the curve: the end of its range that the
    /// curve is about.
    package func clip(of parameters: QuantizationParameters) -> Double {
      curve.end == .upper ? parameters.upper : -parameters.lower
    }
  }

  /// The error of one tensor at a row of clip values, measured by the shared kernel.
  ///
  /// Ranges on the curve have one zero point, that of the optimum, and differ in their scale. A
  /// range with another zero point has an error of its own and need not lie on the curve. Clip
  /// values are decimals of four digits, so that the text of a file says exactly what was measured;
  /// errors are rounded to five.
  package struct ErrorCurve: Codable, Hashable, Sendable {
    /// An end of a range.
    package enum End: String, Codable, Hashable, Sendable {
      /// The upper end: of symmetric grids, and of affine ones that reach as far above zero as below.
      case upper
      /// The lower end, without its sign: of affine grids that reach further below zero.
      case lower
    }

    /// The code of zero in every range of the curve.
    package let zeroPoint: Int
    /// Which end of the range the clip values are.
    package let end: End
    /// Where the range ends, ascending; empty where every value is zero or too small for a scale.
    package let clips: [Double]
    /// The clipping error at each clip value.
    package let clipping: [Double]
    /// The rounding error at each clip value.
    package let rounding: [Double]

    /// Creates a curve.
    package init(
      zeroPoint: Int, end: End, clips: [Double], clipping: [Double], rounding: [Double]
    ) {
      precondition(
        clips.count == clipping.count && clips.count == rounding.count,
        "two errors for each clip value")
      self.zeroPoint = zeroPoint
      self.end = end
      self.clips = clips
      self.clipping = clipping
      self.rounding = rounding
    }

    /// Clipping and rounding error together.
    package var total: [Double] { zip(clipping, rounding).map { $0 + $1 } }

    private enum CodingKeys: String, CodingKey {
      case zeroPoint = "zero_point"
      case end, clips, clipping, rounding
    }
  }

  /// The best quantizer of a tensor under one range, and a proof of how good it is.
  package struct Optimum: Codable, Hashable, Sendable {
    /// The scale: the exact Double of a Float32.
    package let scale: Double
    /// The code of zero.
    package let zeroPoint: Int
    /// Its error, measured by the shared kernel.
    package let mse: Double
    /// No range has an error below this, in real arithmetic.
    package let lowerBound: Double

    /// Creates an optimum.
    package init(scale: Double, zeroPoint: Int, mse: Double, lowerBound: Double) {
      self.scale = scale
      self.zeroPoint = zeroPoint
      self.mse = mse
      self.lowerBound = lowerBound
    }

    /// The quantizer on a grid.
    package func parameters(on grid: CodeGrid) -> QuantizationParameters {
      QuantizationParameters(scale: scale, zeroPoint: zeroPoint, grid: grid)
    }

    private enum CodingKeys: String, CodingKey {
      case scale
      case zeroPoint = "zero_point"
      case mse
      case lowerBound = "lower_bound"
    }
  }
}

extension TensorProfile.GridProfile: Codable {
  private enum CodingKeys: String, CodingKey {
    case bits, scheme, grid
    case levelsUsed = "levels_used"
    case effectiveLevels = "effective_levels"
    case curve, optimum
  }

  /// Reads a grid by the names that tables and command lines use.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let scheme = try container.decode(String.self, forKey: .scheme)
    let gridName = try container.decode(String.self, forKey: .grid)
    guard let bits = BitWidth(try container.decode(Int.self, forKey: .bits)),
      let family = QuantizationScheme(rawValue: scheme).flatMap({
        GridFamily(scheme: $0, gridName: gridName)
      })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .grid, in: container, debugDescription: "no grid '\(scheme) \(gridName)'")
    }
    self.init(
      grid: CodeGrid(family, bits: bits),
      levelsUsed: try container.decode(Int.self, forKey: .levelsUsed),
      effectiveLevels: try container.decode(Double.self, forKey: .effectiveLevels),
      curve: try container.decode(TensorProfile.ErrorCurve.self, forKey: .curve),
      optimum: try container.decodeIfPresent(TensorProfile.Optimum.self, forKey: .optimum))
  }

  /// Writes a grid by the names that tables and command lines use.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(grid.bits.count, forKey: .bits)
    try container.encode(grid.family.scheme.rawValue, forKey: .scheme)
    try container.encode(grid.family.gridName, forKey: .grid)
    try container.encode(levelsUsed, forKey: .levelsUsed)
    try container.encode(effectiveLevels, forKey: .effectiveLevels)
    try container.encode(curve, forKey: .curve)
    try container.encodeIfPresent(optimum, forKey: .optimum)
  }
}
