internal import CGSL

/// The owner of one `gsl_histogram`.
///
/// Sendable because ``Histogram`` writes to it only while it holds the one reference to it; as
/// long as it is shared it is read only.
final class HistogramStorage: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<gsl_histogram>

  /// Allocates equally wide empty bins over `[lower, upper)`.
  init(bins: Int, lower: Double, upper: Double) throws(GSLError) {
    // GSL compares with `xmin >= xmax`, which lets a value that is not a number through.
    guard bins > 0, lower.isFinite, upper.isFinite, lower < upper else {
      throw .invalid("Histogram with \(bins) bins over [\(lower), \(upper))")
    }
    let pointer = try GSLRuntime.allocate("gsl_histogram_alloc") { gsl_histogram_alloc(bins) }
    self.pointer = pointer
    try GSLRuntime.check("gsl_histogram_set_ranges_uniform") {
      gsl_histogram_set_ranges_uniform(pointer, lower, upper)
    }
    // Too many bins over too narrow a range round to equal edges, and too wide a range overflows.
    let edges = UnsafeBufferPointer(start: pointer.pointee.range, count: bins + 1)
    guard zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .invalid("Histogram with \(bins) bins too narrow for [\(lower), \(upper))")
    }
  }

  /// Allocates a copy of another histogram.
  init(copying other: HistogramStorage) throws(GSLError) {
    pointer = try GSLRuntime.allocate("gsl_histogram_clone") {
      gsl_histogram_clone(other.pointer)
    }
  }

  deinit {
    gsl_histogram_free(pointer)
  }
}
