/// Labels on poles above points, none in the way of another.
///
/// Poles left of a middle carry their flag to the left, the others to the right; the nearer a pole
/// is to the middle, the taller it is. So no pole passes through a flag.
package struct Flags: Sendable {
  /// One label.
  package struct Flag: Sendable {
    /// Counted from the lowest.
    package let row: Int
    /// Whether the label stands to the left of its pole.
    package let isLeft: Bool
  }

  package let flags: [Flag]
  package let rows: Int

  private struct Item {
    let index: Int
    let x: Double
    let width: Double
  }

  /// Arranges labels.
  ///
  /// - Parameters:
  ///   - poles: Where the poles stand, in pixels.
  ///   - widths: How long the labels are, with the room they want beside them.
  ///   - bounds: Where labels may be.
  package init(poles: [Double], widths: [Double], within bounds: ClosedRange<Double>) {
    let items = poles.indices.map { Item(index: $0, x: poles[$0], width: widths[$0]) }
      .sorted { ($0.x, $0.index) < ($1.x, $1.index) }
    // The best middle is the one with the fewest rows where everything stays inside.
    let choices = (0...items.count).map { split -> (overflow: Double, rows: Int, [Int]) in
      let left = Self.rows(items.prefix(split).map { $0 }, isLeft: true)
      let right = Self.rows(items.dropFirst(split).reversed().map { $0 }, isLeft: false)
      let overflow =
        items.prefix(split).reduce(0) { $0 + max(0, bounds.lowerBound - ($1.x - $1.width)) }
        + items.dropFirst(split).reduce(0) { $0 + max(0, $1.x + $1.width - bounds.upperBound) }
      return (overflow, (left + right).max().map { $0 + 1 } ?? 0, left + right.reversed())
    }
    let best = choices.indices.min {
      (choices[$0].overflow, choices[$0].rows, abs(2 * $0 - items.count))
        < (choices[$1].overflow, choices[$1].rows, abs(2 * $1 - items.count))
    }
    guard let best else {
      (flags, rows) = ([], 0)
      return
    }
    var flags = [Flag](repeating: Flag(row: 0, isLeft: false), count: items.count)
    for (place, item) in items.enumerated() {
      flags[item.index] = Flag(row: choices[best].2[place], isLeft: place < best)
    }
    self.flags = flags
    rows = choices[best].rows
  }

  /// The rows of one side, outermost pole first: above every flag that a pole would pass through,
  /// and never below a pole further out.
  private static func rows(_ items: [Item], isLeft: Bool) -> [Int] {
    var rows: [Int] = []
    for (place, item) in items.enumerated() {
      let blocking = (0..<place).filter { other in
        abs(items[other].x - item.x) < item.width + gap
      }
      rows.append(blocking.map { rows[$0] + 1 }.max() ?? 0)
    }
    return rows
  }

  private static let gap = 4.0
}
