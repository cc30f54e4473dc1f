/// Labels on poles above points that do not cover each other.
///
/// The flags of poles left of a middle point to the left if there is room, the others to the right;
/// a flag is above every pole that it would otherwise cover.
package struct Flags: Sendable {
  /// One label.
  package struct Flag: Sendable {
    /// The row, counted from the lowest.
    package let row: Int
    /// Whether the label is to the left of its pole.
    package let isLeft: Bool
  }

  /// The flags in the order of the poles.
  package let flags: [Flag]
  /// The number of rows.
  package let rows: Int

  private struct Item {
    let index: Int
    let x: Double
    let isLeft: Bool
    let start: Double
    let end: Double

    /// Whether the label of this item would cover the pole of another.
    func spans(_ other: Item) -> Bool {
      other.x > start - Flags.gap && other.x < end + Flags.gap
    }
  }

  /// Arranges labels.
  ///
  /// - Parameters:
  /// - poles: The positions of the poles, in pixels.
  /// - widths: The lengths of the labels, with margins.
  /// - bounds: The bounds of the labels; a label that fits on one side of its pole only is on that
  ///   side.
  package init(poles: [Double], widths: [Double], within bounds: ClosedRange<Double>) {
    let order = poles.indices.sorted { (poles[$0], $0) < (poles[$1], $1) }
    func item(_ index: Int, isLeft: Bool) -> Item {
      let (x, width) = (poles[index], widths[index])
      return Item(
        index: index, x: x, isLeft: isLeft, start: isLeft ? x - width : x,
        end: isLeft ? x : x + width)
    }
    func fits(_ item: Item) -> Bool {
      item.start >= bounds.lowerBound && item.end <= bounds.upperBound
    }
    // The best middle has the fewest labels that face each other, then the fewest rows.
    let choices = (0...order.count).map { split -> Choice in
      var items = order.enumerated().map { place, index in
        let sides = [true, false].map { item(index, isLeft: $0) }
        let wished = sides[place < split ? 0 : 1]
        return fits(wished) ? wished : sides.first(where: fits) ?? wished
      }
      for place in items.indices {
        let turned = item(items[place].index, isLeft: !items[place].isLeft)
        guard fits(turned) else { continue }
        if Self.clashes(turned, items, but: place) < Self.clashes(items[place], items, but: place) {
          items[place] = turned
        }
      }
      let clashes = items.indices.reduce(0) { $0 + Self.clashes(items[$1], items, but: $1) }
      let (flags, rows) = Self.rows(items)
      return Choice(
        flags: flags, cost: [clashes, rows, abs(2 * split - order.count)], rows: rows)
    }
    let best = choices.min { $0.cost.lexicographicallyPrecedes($1.cost) }
    (flags, rows) = (best?.flags ?? [], best?.rows ?? 0)
  }

  private struct Choice {
    let flags: [Flag]
    let cost: [Int]
    let rows: Int
  }

  /// The number of labels that face another, so that each would cover the other's pole.
  private static func clashes(_ item: Item, _ items: [Item], but place: Int) -> Int {
    items.indices.count { other in
      other != place && items[other].isLeft != item.isLeft && item.spans(items[other])
        && items[other].spans(item) && (item.x < items[other].x) != item.isLeft
    }
  }

  /// Puts each label in the lowest row above all poles that it spans and beside all labels there.
  private static func rows(_ items: [Item]) -> (flags: [Flag], rows: Int) {
    var flags = [Flag?](repeating: nil, count: items.count)
    var placed: [(item: Item, row: Int)] = []
    var open = items
    while !open.isEmpty {
      // If two span each other's poles, one must cross; the first is placed.
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
