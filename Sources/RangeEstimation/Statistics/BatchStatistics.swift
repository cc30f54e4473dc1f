/// Every value in order, batch by batch: for rules of other libraries that update a histogram or a
/// range with each calibration batch, so that their answer depends on the order.
///
/// Four bytes a value. A merge appends the other's batches: merge in the order of the batches.
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

  /// Appends another's batches.
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

  /// A summary of the batches, such as a histogram with a given number of bins; computed once and cached.
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
