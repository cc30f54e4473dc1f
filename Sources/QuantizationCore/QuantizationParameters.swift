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
    /// The wanted scale was beyond the greatest Float32 and was lowered to it.
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
  /// A scale that is zero or not finite is degenerate and becomes 1; one that Float32 cannot hold
  /// as a normal number is moved to the nearest that it can, and ``condition`` says so. The zero
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
    if rounded < Float.leastNormalMagnitude {
      (self.scale, self.condition) = (Float.leastNormalMagnitude, .scaleRaised)
    } else if !rounded.isFinite {
      (self.scale, self.condition) = (Float.greatestFiniteMagnitude, .scaleLowered)
    } else {
      (self.scale, self.condition) = (rounded, .ordinary)
    }
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
    let (least, most) = (Double(grid.minimumCode), Double(grid.maximumCode))
    switch grid.family {
    case .symmetricNarrow:
      self.init(scale: max(-range.lower, range.upper) / most, grid: grid)
    case .symmetricFull:
      self.init(scale: max(range.lower / least, range.upper / most), grid: grid)
    case .symmetricUnsigned:
      self.init(scale: range.upper / most, grid: grid)
    case .affineUnsigned, .affineSigned:
      let scale = (range.upper - range.lower) / (most - least)
      let zero = scale > 0 ? (least - range.lower / scale).rounded(.toNearestOrEven) : least
      self.init(scale: scale, zeroPoint: Int(min(max(zero, least), most)), grid: grid)
    }
  }

  /// The lower end of what the grid represents, scale * (qmin - z).
  public var lower: Double { Double(scale) * Double(grid.minimumCode - zeroPoint) }

  /// The upper end of what the grid represents, scale * (qmax - z).
  public var upper: Double { Double(scale) * Double(grid.maximumCode - zeroPoint) }
}
