/// The number of bits of a code: 2 to 16.
///
/// Codes of 2 to 8 bits are stored in one byte, codes of 9 to 16 bits in two.
public struct BitWidth: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The widths the lab can quantize to.
  public static let allowed = 2...16

  /// The number of bits.
  public let count: Int

  /// Creates a bit width, or nothing where `count` is not in ``allowed``.
  public init?(_ count: Int) {
    guard Self.allowed.contains(count) else { return nil }
    self.count = count
  }

  /// The number of codes, `2^bits`.
  public var levels: Int { 1 << count }

  /// Whether a code fits in one byte.
  public var fitsByte: Bool { count <= 8 }

  /// The number itself.
  public var description: String { String(count) }

  /// Narrower first.
  public static func < (left: BitWidth, right: BitWidth) -> Bool { left.count < right.count }
}
