/// A quantizer: scale, zero point and the grid of its codes.
///
/// ```
/// q = saturate(roundHalfEven(x / scale) + zeroPoint)      (ONNX QuantizeLinear, bit for bit)
/// x^ = Float32(q - zeroPoint) * scale                     (ONNX DequantizeLinear, bit for bit)
/// ```
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
    /// The wanted scale was below the least normal Float32 and was raised to it.
    case scaleRaised
    /// A finite value would have been quantized to a level beyond Float32; the scale was lowered until
    /// none is.
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
  /// point is clamped to the grid; symmetric grids have it at 0.
  public init(scale wanted: Double, zeroPoint: Int = 0, grid: CodeGrid) {
    self.grid = grid
    let isSymmetric = grid.family.scheme == .symmetric
    guard wanted > 0, wanted.isFinite else {
      (self.scale, self.zeroPoint, self.condition) = (1, grid.restingZeroPoint, .degenerate)
      return
    }
    let clamped = min(max(zeroPoint, grid.minimumCode), grid.maximumCode)
    self.zeroPoint = isSymmetric ? 0 : clamped
    let rounded = Float(wanted)
    let usable = UsableScales(
      codes: grid.minimumCode - self.zeroPoint...grid.maximumCode - self.zeroPoint)
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
  /// ```
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
    let scale = grid.width(of: range) / Double(steps)
    guard grid.family.scheme == .affine, scale > 0 else {
      self.init(scale: scale, grid: grid)
      return
    }
    let (least, most) = (Double(grid.minimumCode), Double(grid.maximumCode))
    let zero = (least - range.lower / scale).rounded(.toNearestOrEven)
    self.init(scale: scale, zeroPoint: Int(min(max(zero, least), most)), grid: grid)
  }

  /// The lower end of what the grid represents, scale * (qmin - z).
  public var lower: Double { Double(scale) * Double(grid.minimumCode - zeroPoint) }

  /// The upper end of what the grid represents, scale * (qmax - z).
  public var upper: Double { Double(scale) * Double(grid.maximumCode - zeroPoint) }
}
