/// The reals that codes stand for where they are not integers, up to the scale: `x^ = level(q) * scale`.
///
/// A table of at most 256 levels: a minifloat, a codebook such as NF4, or levels that were learned.
/// Real zero is a level, and the zero point is not free.
public final class LevelTable: Sendable {
  /// The name, as files and command lines write it: `e4m3`, `nf4`, `levels[-1,0,1]`.
  public let name: String
  /// The width of a code.
  public let bits: BitWidth
  /// The level of each code, from code 0.
  public let levels: [Float]
  /// The distinct levels, ascending.
  package let ascending: [Float]
  /// The code of each level of ``ascending``; of two zeros, that of +0.
  package let codes: [UInt8]
  /// The least Float whose nearest level is the next one, for each level of ``ascending`` but the
  /// last.
  package let thresholds: [Float]
  /// The same and infinities, one less than ``searchSize``: for searches of a fixed length.
  package let paddedThresholds: [Float]
  /// A power of two above the number of thresholds.
  package let searchSize: Int
  /// Distances and squares of the levels, for sums over tails.
  package let ladder: LevelLadder

  /// Creates a table.
  ///
  /// - Parameters:
  ///   - name: What it is called.
  ///   - levels: One finite level for each code, real zero among them; 2 to 256.
  ///   - ties: What becomes of a ratio halfway between two levels.
  package init?(name: String, levels: [Float], ties: LevelTies) {
    guard let bits = Self.bits(for: levels.count), levels.allSatisfy(\.isFinite) else { return nil }
    let ordered = levels.indices.sorted {
      (levels[$0], levels[$0].sign == .minus ? 1 : 0, $0)
        < (levels[$1], levels[$1].sign == .minus ? 1 : 0, $1)
    }
    // Of codes with one level, the first: that of +0 before that of -0.
    let distinct = ordered.indices.filter {
      $0 == 0 || levels[ordered[$0]] != levels[ordered[$0 - 1]]
    }.map { ordered[$0] }
    guard distinct.count >= 2, distinct.contains(where: { levels[$0] == 0 }) else { return nil }
    (self.name, self.bits, self.levels) = (name, bits, levels)
    codes = distinct.map { UInt8($0) }
    let ascending = distinct.map { levels[$0] + 0 }
    self.ascending = ascending
    thresholds = ascending.indices.dropLast().map { index in
      let middle = (Double(ascending[index]) + Double(ascending[index + 1])) / 2
      let nearest = Float(middle)
      guard Double(nearest) == middle else {
        return Double(nearest) > middle ? nearest : nearest.nextUp
      }
      return ties.goUp(from: distinct[index], to: distinct[index + 1]) ? nearest : nearest.nextUp
    }
    searchSize = 1 << (Int.bitWidth - thresholds.count.leadingZeroBitCount)
    paddedThresholds =
      thresholds + [Float](repeating: .infinity, count: searchSize - 1 - thresholds.count)
    ladder = LevelLadder(ascending: ascending)
  }

  /// The width that has a code for each of some levels; nothing for fewer than 2 or more than 256.
  private static func bits(for count: Int) -> BitWidth? {
    guard (2...256).contains(count) else { return nil }
    return BitWidth(max(2, Int.bitWidth - (count - 1).leadingZeroBitCount))
  }

  /// The lowest level, below zero or zero.
  public var lowest: Double { Double(ascending[0]) }

  /// The highest level.
  public var highest: Double { Double(ascending[ascending.count - 1]) }

  /// The place in ``ascending`` of the level nearest to a ratio.
  ///
  /// Complexity: O(log levels).
  package func place(of ratio: Float) -> Int {
    var (low, high) = (0, thresholds.count)
    while low < high {
      let middle = (low + high) / 2
      if ratio >= thresholds[middle] { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// What becomes of a value halfway between two levels.
package enum LevelTies: Sendable {
  /// The level whose code is even: rounding half to even of minifloats.
  case evenCode
  /// The level with the lower code: the first of the nearest, as searches through a codebook find it.
  case firstCode

  /// Whether a value halfway between the levels of two codes, the lower level first, gets the second.
  fileprivate func goUp(from low: Int, to high: Int) -> Bool {
    switch self {
    case .evenCode: high % 2 == 0
    case .firstCode: high < low
    }
  }
}

extension LevelTable: Hashable {
  /// Tables are equal where their codes mean the same.
  public static func == (left: LevelTable, right: LevelTable) -> Bool {
    left === right || (left.name == right.name && left.levels == right.levels)
  }

  /// By the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
