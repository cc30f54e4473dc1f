/// Labels on poles above points, none in the way of another.
///
/// Poles left of a middle carry their flag to the left where there is room, the others to the right;
/// a flag is above every pole that it would else hide.
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
    let isLeft: Bool
    let start: Double
    let end: Double

    /// Whether a pole stands in the label's way.
    func spans(_ other: Item) -> Bool {
      other.x > start - Flags.gap && other.x < end + Flags.gap
    }
  }

  /// Arranges labels.
  ///
  /// - Parameters:
  ///   - poles: Where the poles stand, in pixels.
  ///   - widths: How long the labels are, with the room they want beside them.
  ///   - bounds: Where labels may be; a label that fits on one side of its pole only stands there.
  package init(poles: [Double], widths: [Double], within bounds: ClosedRange<Double>) {
    let order = poles.indices.sorted { (poles[$0], $0) < (poles[$1], $1) }
    // The best middle is the one with the fewest rows.
    let choices = (0...order.count).map { split in
      Self.rows(
        order.enumerated().map { place, index in
          let (x, width) = (poles[index], widths[index])
          let fitsLeft = x - width >= bounds.lowerBound
          let fitsRight = x + width <= bounds.upperBound
          let isLeft = fitsLeft == fitsRight ? place < split : fitsLeft
          return Item(
            index: index, x: x, isLeft: isLeft, start: isLeft ? x - width : x,
            end: isLeft ? x : x + width)
        })
    }
    let best = choices.enumerated().min { left, right in
      (left.element.rows, abs(2 * left.offset - order.count))
        < (right.element.rows, abs(2 * right.offset - order.count))
    }
    (flags, rows) = (best?.element.flags ?? [], best?.element.rows ?? 0)
  }

  /// Each label in the lowest row above all poles that it spans and beside all labels there.
  private static func rows(_ items: [Item]) -> (flags: [Flag], rows: Int) {
    var flags = [Flag?](repeating: nil, count: items.count)
    var placed: [(item: Item, row: Int)] = []
    var open = items
    while !open.isEmpty {
      // Two that span each other's poles cannot both be right; the first of them goes on.
      let next =
        open.indices.first { candidate in
          !open.indices.contains { other in
            other != candidate && open[candidate].spans(open[other])
              && !(open[other].spans(open[candidate]) && other > candidate)
          }
        } ?? 0
      let item = open.remove(at: next)
      var row = placed.filter { item.spans($0.item) }.map { $0.row + 1 }.max() ?? 0
      while placed.contains(where: {
        $0.row == row && $0.item.start < item.end + gap && item.start < $0.item.end + gap
      }) {
        row += 1
      }
      placed.append((item, row))
      flags[item.index] = Flag(row: row, isLeft: item.isLeft)
    }
    return (flags.compactMap { $0 }, (placed.map(\.row).max() ?? -1) + 1)
  }

  private static let gap = 4.0
}
