/// The numbers that a scale may be.
///
/// What stores scales beside codes stores them short: half a byte less for each value of a block of 16.
public enum ScaleFormat: String, Hashable, Sendable, CaseIterable {
  /// Any normal Float32.
  case float32
  /// IEEE 754 binary16, as GGUF has it.
  case float16
  /// The upper half of a Float32.
  case bfloat16
  /// A power of two, E8M0: `2^-127 ... 2^127`, as the MX formats of the OCP have it.
  case powerOfTwo = "power-of-two"
  /// E4M3, 0.002 to 448, times a Float32 of the whole tensor, as NVFP4 has it.
  case e4m3

  /// The bits of a stored scale.
  public var bits: Int {
    switch self {
    case .float32: 32
    case .float16, .bfloat16: 16
    case .powerOfTwo, .e4m3: 8
    }
  }

  /// A name and the format that it ends with, as in `narrow/scale:float16`; nothing where the format is
  /// unknown.
  static func split(_ text: String) -> (name: String, scale: ScaleFormat)? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { return parts.count == 1 ? (text, .float32) : nil }
    guard parts[1].hasPrefix("scale:"),
      let scale = ScaleFormat(rawValue: String(parts[1].dropFirst(6))),
      scale != .float32
    else { return nil }
    return (parts[0], scale)
  }

  /// The number nearest to one, ties to even; of a power of two, nearest as a ratio.
  ///
  /// What is beyond the largest or the smallest becomes that one. Complexity: O(1), of E4M3 O(log 256).
  ///
  /// - Parameter wanted: A number above zero, in units.
  func nearest(to wanted: Double) -> Double {
    switch self {
    case .float32: min(max(Double(Float(wanted)), least), most)
    case .float16: min(max(Double(Float16(wanted)), least), most)
    case .bfloat16: min(max(Self.bfloat16(wanted), least), most)
    case .powerOfTwo:
      min(
        max(Self.power(wanted.exponent + (wanted.significand > 2.0.squareRoot() ? 1 : 0)), least),
        most)
    case .e4m3: max(Double(Self.table.ascending[Self.table.place(of: Float(wanted))]), least)
    }
  }

  /// The largest number below one; nothing for the smallest.
  ///
  /// - Parameter number: A number of the format.
  func next(below number: Double) -> Double? {
    guard number > least else { return nil }
    switch self {
    case .float32: return Double(Float(number).nextDown)
    case .float16: return Double(Float16(number).nextDown)
    case .bfloat16: return Double(Float(bitPattern: Float(number).bitPattern - 0x1_0000))
    case .powerOfTwo: return number / 2
    case .e4m3: return Double(Self.table.ascending[Self.table.place(of: Float(number)) - 1])
    }
  }

  /// The smallest number above one; nothing for the largest.
  ///
  /// - Parameter number: A number of the format.
  func next(above number: Double) -> Double? {
    guard number < most else { return nil }
    switch self {
    case .float32: return Double(Float(number).nextUp)
    case .float16: return Double(Float16(number).nextUp)
    case .bfloat16: return Double(Float(bitPattern: Float(number).bitPattern + 0x1_0000))
    case .powerOfTwo: return number * 2
    case .e4m3: return Double(Self.table.ascending[Self.table.place(of: Float(number)) + 1])
    }
  }

  /// The stored bits of the number nearest to one, in the low ``bits`` of the result.
  ///
  /// - Parameter wanted: A number above zero, in units.
  package func pattern(ofNumberNearest wanted: Double) -> UInt32 {
    let number = nearest(to: wanted)
    return switch self {
    case .float32: Float(number).bitPattern
    case .float16: UInt32(Float16(number).bitPattern)
    case .bfloat16: Float(number).bitPattern >> 16
    case .powerOfTwo: UInt32(number.exponent + 127)
    case .e4m3: UInt32(Self.table.codes[Self.table.place(of: Float(number))])
    }
  }

  /// The smallest number above zero, but none below the least normal Float32: scales divide.
  private var least: Double {
    switch self {
    case .float32, .bfloat16, .powerOfTwo: Double(Float.leastNormalMagnitude)
    case .float16: Double(Float16.leastNonzeroMagnitude)
    case .e4m3: 0x1p-9
    }
  }

  /// The largest number.
  package var most: Double {
    switch self {
    case .float32: Double(Float.greatestFiniteMagnitude)
    case .float16: Double(Float16.greatestFiniteMagnitude)
    case .bfloat16: Double(Float(bitPattern: 0x7f7f_0000))
    case .powerOfTwo: 0x1p127
    case .e4m3: Self.table.highest
    }
  }

  private static var table: LevelTable { Minifloat.e4m3.table }

  private static func power(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }

  /// The nearest number with the 8 bits of significand of a bfloat16, ties to even.
  private static func bfloat16(_ wanted: Double) -> Double {
    let unit = power(wanted.exponent - 7)
    return (wanted / unit).roundedHalfEven * unit
  }
}
