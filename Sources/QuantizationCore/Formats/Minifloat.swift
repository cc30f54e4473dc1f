/// A floating-point format of at most 8 bits: a sign, an exponent and a mantissa.
///
/// ```
/// exponent e > 0   (-1)^s 2^(e - bias) (1 + m / 2^M)
/// exponent 0       (-1)^s 2^(1 - bias) m / 2^M            subnormal
/// bias             2^(E - 1) - 1
/// ```
/// Values beyond the largest finite one saturate; ties go to the even code. Sources: OCP Microscaling
/// Formats 1.0 and OFP8 1.0, 2023; Micikevicius et al., arXiv 2209.05433.
public struct Minifloat: Hashable, Sendable {
  /// The name, such as `e4m3`; with the width in front it is the text of the format, `fp8-e4m3`.
  public let name: String
  /// The bits of the exponent, E.
  public let exponentBits: Int
  /// The bits of the mantissa, M.
  public let mantissaBits: Int
  /// How many of the last codes of either sign are NaN or infinite.
  public let nonFiniteCodes: Int
  /// The levels by code; codes that are not finite have the outermost level of their sign, and no value
  /// is quantized to them.
  public let table: LevelTable

  /// 4 bits, up to 6; every code is finite.
  public static let e2m1 = Minifloat("e2m1", exponentBits: 2, mantissaBits: 1)
  /// 6 bits, up to 7.5; every code is finite.
  public static let e2m3 = Minifloat("e2m3", exponentBits: 2, mantissaBits: 3)
  /// 6 bits, up to 28; every code is finite.
  public static let e3m2 = Minifloat("e3m2", exponentBits: 3, mantissaBits: 2)
  /// 8 bits, up to 448; the codes of all ones are NaN, and there is no infinity.
  public static let e4m3 = Minifloat("e4m3", exponentBits: 4, mantissaBits: 3, nonFiniteCodes: 1)
  /// 8 bits, up to 57344; the largest exponent has infinity and NaN, as in IEEE 754.
  public static let e5m2 = Minifloat("e5m2", exponentBits: 5, mantissaBits: 2, nonFiniteCodes: 4)

  /// Every minifloat; a new one is added here and nowhere else.
  public static let all = [e2m1, e2m3, e3m2, e4m3, e5m2]

  /// The minifloat of a name.
  public static func named(_ name: String) -> Minifloat? { all.first { $0.name == name } }

  /// The width of a code.
  public var bits: Int { 1 + exponentBits + mantissaBits }

  private init(_ name: String, exponentBits: Int, mantissaBits: Int, nonFiniteCodes: Int = 0) {
    self.name = name
    self.exponentBits = exponentBits
    self.mantissaBits = mantissaBits
    self.nonFiniteCodes = nonFiniteCodes
    let half = 1 << (exponentBits + mantissaBits)
    let magnitudes = (0..<half).map { code in
      Self.magnitude(
        min(code, half - 1 - nonFiniteCodes), exponentBits: exponentBits, mantissaBits: mantissaBits
      )
    }
    let table = LevelTable(
      name: name, levels: magnitudes + magnitudes.map { -$0 }, ties: .evenCode)
    guard let table else { preconditionFailure("a minifloat has finite levels") }
    self.table = table
  }

  /// The value of a finite code from +0 up.
  private static func magnitude(_ code: Int, exponentBits: Int, mantissaBits: Int) -> Float {
    let bias = 1 << (exponentBits - 1) - 1
    let (exponent, mantissa) = code.quotientAndRemainder(dividingBy: 1 << mantissaBits)
    let fraction = Float(mantissa) / Float(1 << mantissaBits)
    return exponent == 0
      ? Float(sign: .plus, exponent: 1 - bias, significand: 1) * fraction
      : Float(sign: .plus, exponent: exponent - bias, significand: 1) * (1 + fraction)
  }
}
