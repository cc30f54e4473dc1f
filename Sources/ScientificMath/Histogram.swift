internal import CGSL

/// Counts of values in equally wide bins, with the value semantics of an array.
///
/// Bin `i` is half open: it holds the values `x` with `lowerEdge(of: i) <= x < upperEdge(of: i)`.
/// So a value equal to the upper end of the whole range belongs to no bin; whoever counts the
/// maximum of a sample must choose the range, or fold the maximum into the last bin, accordingly.
///
/// Backed by `gsl_histogram`. Counting is left to the caller: `gsl_histogram_increment` costs a
/// search per value, so counts are gathered elsewhere and handed over in bulk.
public struct Histogram: Sendable {
  private var storage: HistogramStorage

  /// Creates `bins` equally wide empty bins over `[lower, upper)`.
  ///
  /// - Throws: ``GSLError`` unless `bins > 0`, `lower < upper`, both finite, and the range is wide
  ///   enough to give every bin its own edges in double precision.
  public init(bins: Int, lower: Double, upper: Double) throws(GSLError) {
    storage = try HistogramStorage(bins: bins, lower: lower, upper: upper)
  }

  /// Creates a histogram over `[lower, upper)` holding the given counts, one a bin.
  ///
  /// Counts are weights: they need not be whole numbers.
  ///
  /// - Throws: ``GSLError`` as ``init(bins:lower:upper:)`` does, and when a count is negative or
  ///   not finite.
  public init(counts: [Double], lower: Double, upper: Double) throws(GSLError) {
    if let bad = counts.first(where: { !($0.isFinite && $0 >= 0) }) {
      throw .invalid("Histogram count \(bad)")
    }
    try self.init(bins: counts.count, lower: lower, upper: upper)
    let bin = storage.pointer.pointee.bin
    counts.withUnsafeBufferPointer { source in
      if let first = source.baseAddress {
        bin?.update(from: first, count: source.count)
      }
    }
  }

  /// The number of bins.
  public var bins: Int {
    GSLRuntime.perform { gsl_histogram_bins(storage.pointer) }
  }

  /// The count of every bin, in order.
  public var counts: [Double] {
    Array(UnsafeBufferPointer(start: storage.pointer.pointee.bin, count: bins))
  }

  /// The edges of the bins, in order: one more than there are bins.
  public var edges: [Double] {
    Array(UnsafeBufferPointer(start: storage.pointer.pointee.range, count: bins + 1))
  }

  /// The least value that belongs to a bin.
  ///
  /// - Throws: ``GSLError`` when there is no such bin.
  public func lowerEdge(of bin: Int) throws(GSLError) -> Double {
    try range(of: bin).lower
  }

  /// The value at which a bin ends; it belongs to the next bin.
  ///
  /// - Throws: ``GSLError`` when there is no such bin.
  public func upperEdge(of bin: Int) throws(GSLError) -> Double {
    try range(of: bin).upper
  }

  /// The bin a value belongs to, or nil when it lies outside `[lower, upper)`.
  public func index(of value: Double) -> Int? {
    // GSL would turn a value that is not a number into a bin number and read past its array.
    guard !value.isNaN else { return nil }
    var index = 0
    let status = GSLRuntime.perform { gsl_histogram_find(storage.pointer, value, &index) }
    return Int(status) == Int(GSL_SUCCESS) ? index : nil
  }

  /// The sum of all counts.
  public var sum: Double {
    GSLRuntime.perform { gsl_histogram_sum(storage.pointer) }
  }

  /// The mean of the bin centers weighted by their counts; 0 for an empty histogram.
  public var mean: Double {
    GSLRuntime.perform { gsl_histogram_mean(storage.pointer) }
  }

  /// The standard deviation (divisor: the sum of counts) of the bin centers around ``mean``.
  public var sigma: Double {
    GSLRuntime.perform { gsl_histogram_sigma(storage.pointer) }
  }

  /// Adds the counts of another histogram over the same bins.
  ///
  /// - Throws: ``GSLError`` when the edges of the two differ.
  public mutating func add(_ other: Histogram) throws(GSLError) {
    if !isKnownUniquelyReferenced(&storage) {
      storage = try HistogramStorage(copying: storage)
    }
    try GSLRuntime.check("gsl_histogram_add") {
      gsl_histogram_add(storage.pointer, other.storage.pointer)
    }
  }

  private func range(of bin: Int) throws(GSLError) -> (lower: Double, upper: Double) {
    var lower = 0.0
    var upper = 0.0
    try GSLRuntime.check("gsl_histogram_get_range of bin \(bin)") {
      gsl_histogram_get_range(storage.pointer, bin, &lower, &upper)
    }
    return (lower, upper)
  }
}
