/// Numbers by metric, some or none of them.
///
/// Tables have hundreds of thousands of these: 16 bytes and one block of eight bytes for each number,
/// and every look-up takes the same short time.
package struct MetricValues: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  /// A bit for each metric that has a number.
  private var present: UInt64 = 0
  /// Their numbers in the order of metrics.
  private var numbers: [Double] = []

  /// No numbers.
  package init() {}

  /// Numbers of some metrics; each metric at most once.
  package init(dictionaryLiteral pairs: (Metric, Double)...) {
    for (metric, number) in pairs { self[metric] = number }
  }

  /// As many as a record of a tensor has: its regret follows from the others.
  private static let mostNumbers = Metric.errors.count + Metric.ofOptimum.count - 1

  /// Whether there is no number at all.
  package var isEmpty: Bool { present == 0 }

  /// The number of a metric; nil where there is none.
  package subscript(metric: Metric) -> Double? {
    get { present & metric.bit == 0 ? nil : numbers[place(of: metric)] }
    set {
      let place = place(of: metric)
      switch (newValue, present & metric.bit != 0) {
      case (let number?, true): numbers[place] = number
      case (let number?, false):
        // An array that doubles would have room for more than records have.
        if numbers.isEmpty { numbers.reserveCapacity(Self.mostNumbers) }
        numbers.insert(number, at: place)
      case (nil, true): numbers.remove(at: place)
      case (nil, false): break
      }
      present = newValue == nil ? present & ~metric.bit : present | metric.bit
    }
  }

  /// How many numbers stand before that of a metric.
  private func place(of metric: Metric) -> Int {
    (present & (metric.bit - 1)).nonzeroBitCount
  }
}

extension Metric {
  fileprivate var bit: UInt64 { 1 << UInt64(rawValue) }
}
