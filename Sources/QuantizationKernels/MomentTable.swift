internal import CQuantizationKernels

/// Exact moments of Floats in bins given by their leading bits: sign, exponent and 11 bits of
/// mantissa.
///
/// Within a bin values are linear in the remaining 12 bits r, `x = lower + r * ulp`, and the number,
/// the sum and the sum of squares of r are kept as integers. So merging is addition and the table
/// is the same, bit for bit, for any order, split or number of threads. No range has to be known
/// beforehand. A page of 48 KiB serves an octave; ordinary data touch 10 to 30.
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

  private static let cellsPerPage = 1 << Int(RL_MANTISSA_BITS)
  /// The bits of a Float that tell the values of a bin apart.
  @usableFromInline static let lowBits = 23 - Int(RL_MANTISSA_BITS)

  /// One page for each sign and exponent, allocated when a value first needs it.
  private var pages = [MomentPage?](repeating: nil, count: 512)

  /// An empty table.
  public init() {}

  /// Adds finite values.
  ///
  /// Below two nanoseconds a value.
  public mutating func add(_ values: Span<Float>) {
    makePagesUnique()
    values.withUnsafeBufferPointer { values in
      var done = 0
      while done < values.count {
        let rest = UnsafeBufferPointer(rebasing: values[done...])
        done += withPagePointers {
          Int(rl_add_moments(rest.baseAddress, Int64(rest.count), $0))
        }
        if done < values.count { pages[Self.page(of: values[done])] = MomentPage() }
      }
    }
  }

  /// Adds another table: the same as adding its values.
  public mutating func merge(_ other: MomentTable) {
    makePagesUnique()
    for (index, theirs) in other.pages.enumerated() {
      guard let theirs else { continue }
      if let mine = pages[index] { mine.add(theirs) } else { pages[index] = theirs.copy() }
    }
  }

  /// The bins below zero, or those from zero up, that hold values, by ascending magnitude.
  public func bins(belowZero: Bool) -> [Bin] {
    (0..<255).flatMap { exponent -> [Bin] in
      guard let page = pages[exponent + (belowZero ? 256 : 0)] else { return [] }
      return page.cells.indices.compactMap { cell in
        let moments = page.cells[cell]
        guard moments.count > 0 else { return nil }
        let lower = Float(bitPattern: UInt32(exponent << 23 | cell << Self.lowBits))
        return Bin(lower: Double(lower), ulp: Double(lower.ulp), moments)
      }
    }
  }

  /// The number of the bin that a magnitude belongs to: its leading bits.
  ///
  /// Bins of larger magnitudes have larger numbers. Magnitudes between two Floats belong to the
  /// lower one.
  @inlinable
  public static func key(of magnitude: Double) -> Int {
    let nearest = Float(magnitude)
    let below = Double(nearest) > magnitude ? nearest.nextDown : nearest
    return Int(below.bitPattern >> lowBits)
  }

  private static func page(of value: Float) -> Int {
    value == 0 ? 0 : Int(value.bitPattern >> 23)
  }

  private func withPagePointers<Result>(
    _ body: (UnsafePointer<UnsafeMutablePointer<rl_moments>?>) -> Result
  ) -> Result {
    let pointers = pages.map { $0?.cells.baseAddress }
    return pointers.withUnsafeBufferPointer {
      guard let base = $0.baseAddress else { preconditionFailure("there are always 512 pages") }
      return body(base)
    }
  }

  private mutating func makePagesUnique() {
    for index in pages.indices where pages[index] != nil {
      if !isKnownUniquelyReferenced(&pages[index]) { pages[index] = pages[index]?.copy() }
    }
  }
}

extension MomentTable.Bin {
  fileprivate init(lower: Double, ulp: Double, _ moments: rl_moments) {
    let (count, sum) = (Double(moments.count), Double(moments.sum))
    self.init(
      lower: lower, upper: lower + ulp * Double(1 << MomentTable.lowBits - 1), ulp: ulp, count: Int(moments.count), mean: lower + ulp * (sum / count),
      squaredDeviation: ulp * ulp * max(0, Double(moments.sum_of_squares) - sum * (sum / count)))
  }
}

extension MomentTable: Equatable {
  /// Whether two tables hold the same moments; empty pages do not count.
  public static func == (left: MomentTable, right: MomentTable) -> Bool {
    left.bins(belowZero: false) == right.bins(belowZero: false)
      && left.bins(belowZero: true) == right.bins(belowZero: true)
  }
}

/// The cells of one sign and exponent.
///
/// Written only while a single table holds it.
private final class MomentPage: @unchecked Sendable {
  let cells: UnsafeMutableBufferPointer<rl_moments>

  init() {
    cells = .allocate(capacity: 1 << Int(RL_MANTISSA_BITS))
    cells.initialize(repeating: rl_moments(count: 0, sum: 0, sum_of_squares: 0))
  }

  deinit { cells.deallocate() }

  func add(_ other: MomentPage) {
    for index in cells.indices {
      cells[index].count += other.cells[index].count
      cells[index].sum += other.cells[index].sum
      cells[index].sum_of_squares += other.cells[index].sum_of_squares
    }
  }

  func copy() -> MomentPage {
    let page = MomentPage()
    page.add(self)
    return page
  }
}
