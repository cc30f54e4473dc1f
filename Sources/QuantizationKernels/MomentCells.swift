internal import CQuantizationKernels
internal import Foundation

/// The cells of a moment table, one for every leading bit pattern of a Float.
///
/// The address space for all of them is reserved, memory only comes where a cell is written. Counts
/// and sums share a word while values come in and are moved to words of their own before a count can
/// overflow. Written only while a single table holds it.
final class MomentCells: @unchecked Sendable {
  /// The moments of the low bits r of the values of a cell.
  struct Moments {
    var count: UInt64
    var sum: UInt64
    var sumOfSquares: UInt64
  }

  /// The number of cells.
  static let count = Int(RL_MOMENT_CELLS)
  private static let capacity = Int(RL_MOMENT_CAPACITY)
  private static let sumMask = (UInt64(1) << RL_COUNT_SHIFT) - 1

  private typealias Pair = (count: UInt64, sum: UInt64)
  private let cells = MomentCells.zeroed(rl_moments.self)
  /// Counts and sums that left their common word; made when first needed.
  private var moved: UnsafeMutablePointer<Pair>?
  /// The values added since.
  private var pending = 0

  deinit {
    free(cells)
    free(moved)
  }

  /// Memory of zeros that is not touched until it is written, which `initialize` would.
  private static func zeroed<Cell>(_: Cell.Type) -> UnsafeMutablePointer<Cell> {
    guard let memory = calloc(count, MemoryLayout<Cell>.stride) else {
      preconditionFailure("no address space for a moment table")
    }
    return memory.bindMemory(to: Cell.self, capacity: count)
  }

  /// Visits the cells of a range that hold values, ascending.
  ///
  /// Cells that are empty cost a comparison each; most of a table is.
  @inline(__always)
  func forEachUsed(in range: Range<Int>, _ body: (_ index: Int, _ moments: Moments) -> Void) {
    for index in range {
      let cell = cells[index]
      let (count, sum) = moved?[index] ?? (0, 0)
      guard cell.count_and_sum | count != 0 else { continue }
      body(
        index,
        Moments(
          count: count + cell.count_and_sum >> UInt64(RL_COUNT_SHIFT),
          sum: sum + cell.count_and_sum & Self.sumMask, sumOfSquares: cell.sum_of_squares))
    }
  }

  /// Adds finite values.
  func add(_ values: Span<Float>) {
    values.withUnsafeBufferPointer { values in
      var done = 0
      while done < values.count {
        if pending == Self.capacity { moveCounts() }
        let count = min(values.count - done, Self.capacity - pending)
        rl_add_moments(values.baseAddress?.advanced(by: done), Int64(count), cells)
        done += count
        pending += count
      }
    }
  }

  /// Adds the moments of other cells.
  func add(_ other: MomentCells) {
    let moved = moveCounts()
    other.forEachUsed(in: 0..<Self.count) { index, theirs in
      moved[index].count += theirs.count
      moved[index].sum += theirs.sum
      cells[index].sum_of_squares += theirs.sumOfSquares
    }
  }

  /// Makes room in the common words.
  @discardableResult
  private func moveCounts() -> UnsafeMutablePointer<Pair> {
    let target = moved ?? Self.zeroed(Pair.self)
    moved = target
    guard pending > 0 else { return target }
    for index in 0..<Self.count where cells[index].count_and_sum > 0 {
      target[index].count += cells[index].count_and_sum >> UInt64(RL_COUNT_SHIFT)
      target[index].sum += cells[index].count_and_sum & Self.sumMask
      cells[index].count_and_sum = 0
    }
    pending = 0
    return target
  }
}
