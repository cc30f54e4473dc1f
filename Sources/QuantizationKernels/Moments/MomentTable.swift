internal import CQuantizationKernels

/// A histogram of Floats with exact moments in each bin.
///
/// The key of a bin is the leading bits of its values: sign, exponent and 11 bits of mantissa.
///
/// Within a bin, a value is linear in its remaining 12 bits r: `x = lower + r * ulp`. The table
/// keeps the number, the sum and the sum of squares of r as integers. So a merge is an addition of
/// integers, and the order of values and the number of threads do not affect the table. The range
/// of the values need not be known. Memory: 16 to 64 KiB for each octave with values; ordinary data
/// have 10 to 30 octaves.
public struct MomentTable: Sendable {
  /// The moments of one bin.
  public struct Bin: Hashable, Sendable {
    /// The least magnitude of the bin.
    public let lower: Double
    /// The largest magnitude that belongs to the bin.
    public let upper: Double
    /// The distance between neighbouring Floats in the bin.
    public let ulp: Double
    /// The number of values.
    public let count: Int
    /// The mean magnitude.
    public let mean: Double
    /// The sum of squared deviations from the mean; never negative.
    public let squaredDeviation: Double
  }

  /// The number of low bits of a Float that are not part of the key.
  @usableFromInline static let lowBits = 23 - mantissaBits

  private var cells = MomentCells()

  /// An empty table.
  public init() {}

  /// Adds finite values.
  ///
  /// - Parameters:
  ///   - values: The values.
  ///   - path: The instruction set. It does not affect the table.
  /// - Complexity: O(values), about a nanosecond for each.
  public mutating func add(_ values: Span<Float>, path: KernelPath = .best) {
    makeUnique()
    cells.add(values, path: path)
  }

  /// Adds another table, with the same result as adding its values.
  public mutating func merge(_ other: MomentTable) {
    makeUnique()
    cells.add(other.cells)
  }

  /// The bins of one sign that hold values, by ascending magnitude.
  ///
  /// - Parameters:
  ///   - belowZero: Whether to return the bins of values below zero, not those from zero up.
  ///   - maximum: An upper bound of the magnitudes; cells beyond it are not read.
  public func bins(belowZero: Bool, upTo maximum: Double = .greatestFiniteMagnitude) -> [Bin] {
    let first = belowZero ? MomentCells.count / 2 : 0
    var bins: [Bin] = []
    cells.forEachUsed(in: first..<first + Self.key(of: maximum) + 1) { index, moments in
      let lower = Float(bitPattern: UInt32((index - first) << Self.lowBits))
      bins.append(Bin(lower: Double(lower), ulp: Double(lower.ulp), moments))
    }
    return bins
  }

  /// The number of bits of mantissa in a key.
  package static let mantissaBits = Int(RL_MANTISSA_BITS)

  /// The number of keys.
  package static var keys: Int { MomentCells.count / 2 }

  /// The smallest magnitude with a key.
  package static func lowerEdge(ofKey key: Int) -> Double {
    Double(Float(bitPattern: UInt32(key << lowBits)))
  }

  /// The key of the bin that a magnitude belongs to: its leading bits without the sign.
  ///
  /// Larger magnitudes have larger keys, or the same. A magnitude between two Floats belongs to the bin
  /// of the smaller one.
  @inlinable
  package static func key(of magnitude: Double) -> Int {
    let nearest = Float(magnitude)
    let below = Double(nearest) > magnitude ? nearest.nextDown : nearest
    return Int(below.bitPattern >> lowBits)
  }

  private mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&cells) {
      let mine = MomentCells()
      mine.add(cells)
      cells = mine
    }
  }
}

extension MomentTable.Bin {
  /// Creates a bin in which all magnitudes are equal.
  package init(magnitude: Float, count: Int) {
    let value = Double(magnitude)
    self.init(
      lower: value, upper: value, ulp: Double(magnitude.ulp), count: count, mean: value,
      squaredDeviation: 0)
  }

  fileprivate init(lower: Double, ulp: Double, _ moments: MomentCells.Moments) {
    let (count, sum) = (Double(moments.count), Double(moments.sum))
    self.init(
      lower: lower, upper: lower + ulp * Double(1 << MomentTable.lowBits - 1), ulp: ulp,
      count: Int(moments.count), mean: lower + ulp * (sum / count),
      squaredDeviation: ulp * ulp * max(0, Double(moments.sum_of_squares) - sum * (sum / count)))
  }
}

extension MomentTable: Equatable {
  /// Whether two tables hold the same moments.
  public static func == (left: MomentTable, right: MomentTable) -> Bool {
    left.bins(belowZero: false) == right.bins(belowZero: false)
      && left.bins(belowZero: true) == right.bins(belowZero: true)
  }
}
