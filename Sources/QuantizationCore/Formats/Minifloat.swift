/// A floating-point format of at most 8 bits: a sign, an exponent and a mantissa.
///
/// ```
/// exponent e > 0   (-1)^s 2^(e - bias) (1 + m / 2^M)
/// exponent 0       (-1)^s 2^(1 - bias) m / 2^M            subnormal
/// ```
/// Values beyond the largest finite one saturate; ties go to the even code. Sources: OCP Microscaling
/// Formats 1.0 and OFP8 1.0, 2023; Micikevicius et al., arXiv 2209.05433.
public enum Minifloat: String, Hashable, Sendable, CaseIterable {
  /// 4 bits, up to 6; every code is finite.
  case e2m1
  /// 6 bits, up to 7.5; every code is finite.
  case e2m3
  /// 6 bits, up to 28; every code is finite.
  case e3m2
  /// 8 bits, up to 448; the codes of all ones are NaN, and there is no infinity.
  case e4m3
  /// 8 bits, up to 57344; the largest exponent has infinity and NaN, as in IEEE 754.
  case e5m2

  /// The bits of the exponent.
  public var exponentBits: Int {
    switch self {
    case .e2m1, .e2m3: 2
    case .e3m2: 3
    case .e4m3: 4
    case .e5m2: 5
    }
  }

  /// The bits of the mantissa.
  public var mantissaBits: Int {
    switch self {
    case .e2m1: 1
    case .e3m2, .e5m2: 2
    case .e2m3, .e4m3: 3
    }
  }

  /// The width of a code.
  public var bits: Int { 1 + exponentBits + mantissaBits }

  /// The number of finite codes from +0 up.
  private var finiteCount: Int {
    let all = 1 << (exponentBits + mantissaBits)
    return switch self {
    case .e2m1, .e2m3, .e3m2: all
    case .e4m3: all - 1
    case .e5m2: all - 1 << mantissaBits
    }
  }

  /// The value of a finite code from +0 up.
  private func magnitude(_ code: Int) -> Float {
    let bias = 1 << (exponentBits - 1) - 1
    let (exponent, mantissa) = code.quotientAndRemainder(dividingBy: 1 << mantissaBits)
    let fraction = Float(mantissa) / Float(1 << mantissaBits)
    return exponent == 0
      ? Float(sign: .plus, exponent: 1 - bias, significand: 1) * fraction
      : Float(sign: .plus, exponent: exponent - bias, significand: 1) * (1 + fraction)
  }

  /// The table of levels; codes that are not finite have the outermost level of their sign, and no value
  /// is quantized to them.
  public var table: LevelTable { Self.tables[self] ?? Self.makeTable(self) }

  private static let tables = Dictionary(uniqueKeysWithValues: allCases.map { ($0, makeTable($0)) })

  private static func makeTable(_ format: Minifloat) -> LevelTable {
    let half = 1 << (format.bits - 1)
    let magnitudes = (0..<half).map { format.magnitude(min($0, format.finiteCount - 1)) }
    let table = LevelTable(
      name: format.rawValue, levels: magnitudes + magnitudes.map { -$0 }, ties: .evenCode)
    guard let table else { preconditionFailure("a minifloat has finite levels") }
    return table
  }
}
