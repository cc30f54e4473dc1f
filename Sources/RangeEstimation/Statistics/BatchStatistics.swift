/// All values in order, with the ends of batches.
///
/// Some rules of other libraries update a histogram or a range with each calibration batch, so
/// their result depends on the batches and their order.
///
/// Memory: four bytes for each value. A merge appends the batches of the other statistic, so statistics
/// must be merged in the order of their batches.
public struct BatchStatistics: LaneStatistics {
  /// The values of all batches, one after the other.
  package private(set) var values: [Float] = []
  private var ends: [Int] = []
  private var cache: DerivedValueCache?

  /// No values yet.
  public init(shape: LaneShape) { values.reserveCapacity(shape.count) }

  /// The number of values observed.
  public var count: Int { values.count }

  /// Appends values to the current batch.
  public mutating func observe(_ batch: Span<Float>) {
    cache = nil
    batch.withUnsafeBufferPointer { values.append(contentsOf: $0) }
  }

  /// Ends the current batch, if it has values.
  public mutating func endBatch() {
    if values.count > ends.last ?? 0 { ends.append(values.count) }
  }

  /// Appends the batches of another statistic.
  public mutating func merge(_ other: BatchStatistics) {
    endBatch()
    cache = nil
    ends.append(contentsOf: other.ends.map { $0 + values.count })
    values.append(contentsOf: other.values)
  }

  /// Ends the last batch.
  public mutating func seal() {
    endBatch()
    if cache == nil { cache = DerivedValueCache(count: count) }
  }

  /// A summary of the batches, such as a histogram with a given number of bins.
  ///
  /// It is computed once and cached for each type of summary and each form.
  func summary<Summary: Sendable>(
    _ form: some Hashable & Sendable,
    make: ([ArraySlice<Float>]) throws(EstimationError) -> Summary
  ) throws(EstimationError) -> Summary {
    guard let cache else { return try make(batches) }
    return try cache.value(form) { () throws(EstimationError) in try make(batches) }
  }

  /// The batches in order; none is empty.
  package var batches: [ArraySlice<Float>] {
    zip([0] + ends, ends).map { values[$0..<$1] }
  }
}
