/// A quantizer: scale, zero point and the grid of its codes.
///
/// ```
/// q = saturate(roundHalfEven(x / scale) + zeroPoint)      (ONNX QuantizeLinear, bit for bit)
/// x^ = Float32(q - zeroPoint) * scale                     (ONNX DequantizeLinear, bit for bit)
/// ```
/// With a table of levels q is the code of the level nearest to x / scale, and x^ that level times the
/// scale.
///
/// This is what an estimator answers with, never a bare clipping value: how a clipping value
/// becomes a scale differs between libraries and costs up to a third of the error by itself.
public struct QuantizationParameters: Hashable, Sendable {
  /// What a reader should know about how the scale came to be.
  public enum Condition: String, Hashable, Sendable {
    /// Nothing unusual.
    case ordinary
    /// No element can be told from zero on this grid; the scale is 1.
    case degenerate
    /// The wanted scale was below the least normal Float32, or that of its format, and was raised to it.
    case scaleRaised
    /// A finite value would have been quantized to a level beyond Float32, or the scale was beyond its
    /// format; it was lowered until neither is so.
    case scaleLowered
  }

  /// Real units per step; a normal, positive Float32.
  public let scale: Float
  /// The code of real zero.
  public let zeroPoint: Int
  /// The codes in use.
  public let grid: CodeGrid
  /// How the scale came to be.
  public let condition: Condition

  /// Creates a quantizer from a scale in Double, which is rounded to Float32.
  ///
  /// A scale that is zero or not finite is degenerate and becomes 1. One below the least normal
  /// Float32 is raised to it. One with which a finite value, up to the greatest Float32, would be
  /// quantized to a level beyond Float32 is lowered until none is. ``condition`` says so. The zero
  /// point is clamped to the grid; symmetric grids have it at 0. A scale that is stored in fewer bits is
  /// the nearest that its format has, ties to even.
  public init(scale wanted: Double, zeroPoint: Int = 0, grid: CodeGrid) {
    self.grid = grid
    let isSymmetric = grid.family.scheme == .symmetric
    guard wanted > 0, wanted.isFinite else {
      self.zeroPoint = grid.restingZeroPoint
      self.scale =
        grid.restrictedScales(zeroPoint: zeroPoint).map {
          Float($0.nearest(to: Double(grid.unit ?? 1)))
        }
        ?? 1
      self.condition = .degenerate
      return
    }
    let clamped = min(max(zeroPoint, grid.minimumCode), grid.maximumCode)
    self.zeroPoint = isSymmetric ? 0 : clamped
    if let scales = grid.restrictedScales(zeroPoint: self.zeroPoint) {
      self.scale = Float(scales.nearest(to: wanted))
      // Two neighbours of any of the formats differ by less than a factor of two, but at the ends.
      let ratio = Double(self.scale) / wanted
      self.condition = ratio > 2 ? .scaleRaised : ratio < 0.5 ? .scaleLowered : .ordinary
      return
    }
    let rounded = Float(wanted)
    let usable = grid.usableScales(zeroPoint: self.zeroPoint)
    guard !usable.contains(Double(rounded)) else {
      (self.scale, self.condition) = (rounded, .ordinary)
      return
    }
    self.scale = usable.nearest(to: Double(rounded))
    self.condition = rounded < self.scale ? .scaleRaised : .scaleLowered
  }

  /// Creates the quantizer with the smallest scale whose clipping range contains `range`.
  ///
  /// ```
  /// narrow    scale = max(|lower|, |upper|) / (2^(b-1) - 1)
  /// full      scale = max(-lower / 2^(b-1), upper / (2^(b-1) - 1))
  /// unsigned  scale = upper / (2^b - 1), negative reals are clipped
  /// affine    scale = (upper - lower) / (qmax - qmin),
  ///           zero point = clamp(roundHalfEven(qmin - lower / scale))
  /// levels    scale = max(lower / lowest level, upper / highest level)
  /// ```
  /// A scale that must be a power of two is the next one, which covers the range; other formats round to
  /// the nearest.
  ///
  /// Computed in Double; only the final scale is rounded to Float32.
  public init(covering range: ClippingRange, on grid: CodeGrid) {
    self.init(covering: range, in: grid.steps(covering: range), on: grid)
  }

  /// Creates the quantizer whose scale is such that `range` takes a number of steps: the fewer, the
  /// wider what the grid represents.
  ///
  /// - Parameter steps: From 1 to `grid.steps(covering: range)`, with which the clipping range is the
  ///   tightest that contains `range`.
  package init(covering range: ClippingRange, in steps: Int, on grid: CodeGrid) {
    var scale = grid.width(of: range) / Double(steps)
    if grid.scaleFormat == .powerOfTwo, scale > 0 {
      scale = grid.restrictedScales(zeroPoint: grid.restingZeroPoint)?.ceiling(scale) ?? scale
    }
    guard grid.family.scheme == .affine, scale > 0 else {
      self.init(scale: scale, grid: grid)
      return
    }
    let (least, most) = (Double(grid.minimumCode), Double(grid.maximumCode))
    let zero = (least - range.lower / scale).rounded(.toNearestOrEven)
    self.init(scale: scale, zeroPoint: Int(min(max(zero, least), most)), grid: grid)
  }

  /// The lower end of what the grid represents, scale * (qmin - z).
  public var lower: Double { Double(scale) * grid.outermostLevels(zeroPoint: zeroPoint).lowest }

  /// The upper end of what the grid represents, scale * (qmax - z).
  public var upper: Double { Double(scale) * grid.outermostLevels(zeroPoint: zeroPoint).highest }
}
