internal import CQuantizationKernels

/// Exact moments of Floats in bins given by their leading bits: sign, exponent and 11 bits of
/// mantissa.
///
/// Within a bin values are linear in the remaining 12 bits r, `x = lower + r * ulp`, and the number,
/// the sum and the sum of squares of r are kept as integers. So merging is addition and the table
/// is the same, bit for bit, for any order, split or number of threads. No range has to be known
/// beforehand: there is a cell for every Float, and memory for those of which an octave is used,
/// 16 to 64 KiB each; ordinary data use 10 to 30 octaves.
public struct MomentTable: Sendable {
  /// The moments of one bin.
  public struct Bin: Hashable, Sendable {
    /// The least magnitude of the bin.
    public let lower: Double
    /// The largest magnitude the bin has room for.
    public let upper: Double
    /// The distance between neighbouring Floats in the bin.
    public let ulp: Double
    /// The number of values.
    public let count: Int
    /// The mean magnitude.
    public let mean: Double
    /// The sum of squared deviations from the mean, from integers: never negative.
    public let squaredDeviation: Double
  }

  /// The bits of a Float that tell the values of a bin apart.
  @usableFromInline static let lowBits = 23 - mantissaBits

  private var cells = MomentCells()

  /// An empty table.
  public init() {}

  /// Adds finite values.
  ///
  /// Some one nanosecond a value.
  ///
  /// - Parameters:
  ///   - values: The values.
  ///   - path: The instruction set; the table is the same on each.
  public mutating func add(_ values: Span<Float>, path: KernelPath = .best) {
    makeUnique()
    cells.add(values, path: path)
  }

  /// Adds another table: the same as adding its values.
  public mutating func merge(_ other: MomentTable) {
    makeUnique()
    cells.add(other.cells)
  }

  /// The bins below zero, or those from zero up, that hold values, by ascending magnitude.
  ///
  /// - Parameters:
  ///   - belowZero: Whether the bins of negative values are meant.
  ///   - maximum: No magnitude is larger: cells beyond it are not looked at.
  public func bins(belowZero: Bool, upTo maximum: Double = .greatestFiniteMagnitude) -> [Bin] {
    let first = belowZero ? MomentCells.count / 2 : 0
    var bins: [Bin] = []
    cells.forEachUsed(in: first..<first + Self.key(of: maximum) + 1) { index, moments in
      let lower = Float(bitPattern: UInt32((index - first) << Self.lowBits))
      bins.append(Bin(lower: Double(lower), ulp: Double(lower.ulp), moments))
    }
    return bins
  }

  /// The bits of mantissa in a key.
  package static let mantissaBits = Int(RL_MANTISSA_BITS)

  /// The number of keys.
  package static var keys: Int { MomentCells.count / 2 }

  /// The least magnitude with a key.
  package static func lowerEdge(ofKey key: Int) -> Double {
    Double(Float(bitPattern: UInt32(key << lowBits)))
  }

  /// The number of the bin that a magnitude belongs to: its leading bits.
  ///
  /// Bins of larger magnitudes have larger numbers. Magnitudes between two Floats belong to the
  /// lower one.
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
  /// A bin of one magnitude, any number of times.
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
