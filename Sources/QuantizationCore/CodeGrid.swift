/// Whether the zero point is fixed (symmetric) or free (affine).
public enum QuantizationScheme: String, Hashable, Sendable, CaseIterable {
  /// Real zero sits at code 0.
  case symmetric
  /// Real zero sits at any integer code, the zero point.
  case affine
}

/// The family of code ranges a quantizer may use, whatever its bit width.
///
/// | scheme | grid | codes at b bits |
/// |---|---|---|
/// | symmetric | narrow | -(2^(b-1)-1) ... 2^(b-1)-1 |
/// | symmetric | full | -2^(b-1) ... 2^(b-1)-1 |
/// | symmetric | unsigned | 0 ... 2^b-1 |
/// | affine | unsigned | 0 ... 2^b-1 |
/// | affine | signed | -2^(b-1) ... 2^(b-1)-1 |
public enum GridFamily: Hashable, Sendable, CaseIterable {
  /// As many codes below zero as above; the default of the symmetric scheme.
  case symmetricNarrow
  /// Two's complement, with one more code below zero.
  case symmetricFull
  /// No code below zero: for ReLU outputs and probabilities.
  case symmetricUnsigned
  /// Codes from 0; the default of the affine scheme.
  case affineUnsigned
  /// Two's complement codes with a zero point.
  case affineSigned

  /// The scheme this family belongs to.
  public var scheme: QuantizationScheme {
    switch self {
    case .symmetricNarrow, .symmetricFull, .symmetricUnsigned: .symmetric
    case .affineUnsigned, .affineSigned: .affine
    }
  }

  /// The name of the grid within its scheme, as files and command lines write it.
  public var gridName: String {
    switch self {
    case .symmetricNarrow: "narrow"
    case .symmetricFull: "full"
    case .symmetricUnsigned, .affineUnsigned: "unsigned"
    case .affineSigned: "signed"
    }
  }

  /// The grids of a scheme, its default first.
  public static func families(of scheme: QuantizationScheme) -> [GridFamily] {
    allCases.filter { $0.scheme == scheme }
  }

  /// Finds a family by the names files and command lines use; without a grid, the default one.
  public init?(scheme: QuantizationScheme, gridName: String? = nil) {
    let candidates = Self.families(of: scheme)
    guard let gridName else {
      self = candidates[0]
      return
    }
    guard let found = candidates.first(where: { $0.gridName == gridName }) else { return nil }
    self = found
  }
}

/// The integer codes of one quantizer: a family at a bit width.
public struct CodeGrid: Hashable, Sendable {
  /// The shape of the code range.
  public let family: GridFamily
  /// The width of a code.
  public let bits: BitWidth

  /// Creates the grid of a family at a bit width.
  public init(_ family: GridFamily, bits: BitWidth) {
    self.family = family
    self.bits = bits
  }

  /// The smallest code, qmin.
  public var minimumCode: Int {
    let half = bits.levels / 2
    return switch family {
    case .symmetricNarrow: 1 - half
    case .symmetricFull, .affineSigned: -half
    case .symmetricUnsigned, .affineUnsigned: 0
    }
  }

  /// The largest code, qmax.
  public var maximumCode: Int {
    switch family {
    case .symmetricNarrow, .symmetricFull, .affineSigned: bits.levels / 2 - 1
    case .symmetricUnsigned, .affineUnsigned: bits.levels - 1
    }
  }

  /// The codes, qmin...qmax.
  public var codes: ClosedRange<Int> { minimumCode...maximumCode }

  /// The number of steps between the outermost codes.
  public var steps: Int { maximumCode - minimumCode }

  /// Whether negative reals can be represented at all.
  public var reachesBelowZero: Bool { family != .symmetricUnsigned }

  /// Whether codes are stored in signed integers.
  public var isSigned: Bool { minimumCode < 0 }

  /// The code of real zero when the data give no reason to place it elsewhere.
  public var restingZeroPoint: Int { family.scheme == .symmetric ? 0 : minimumCode }
}
