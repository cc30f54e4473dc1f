internal import CQuantizationKernels
internal import CStandardLibrary

/// The memory of a moment table: one cell for every pattern of the leading bits of a Float.
///
/// Address space is reserved for all cells; memory is used only for pages that are written. A cell
/// is one 64-bit word, so that the cells in use fit a cache. Moments that are too large for a word
/// are kept in a second array. A table writes cells only if no other table shares them.
final class MomentCells: @unchecked Sendable {
  /// The number, the sum and the sum of squares of the low bits r of the values of a cell.
  typealias Moments = rl_moments

  /// The number of cells.
  static let count = Int(RL_MOMENT_CELLS)

  private let words = MomentCells.zeroed(UInt64.self)
  /// The moments that were too large for the words; they are added to those in the words.
  private let moved = MomentCells.zeroed(Moments.self)

  deinit {
    free(words)
    free(moved)
  }

  /// Allocates zeros.
  ///
  /// `calloc` does not write the pages, as `initialize` would.
  private static func zeroed<Cell>(_: Cell.Type) -> UnsafeMutablePointer<Cell> {
    guard let memory = calloc(count, MemoryLayout<Cell>.stride) else {
      preconditionFailure("no address space for a moment table")
    }
    return memory.bindMemory(to: Cell.self, capacity: count)
  }

  /// Calls `body` with each cell of a range that holds values, ascending.
  ///
  /// Most cells of a table are empty and take one comparison.
  @inline(__always)
  func forEachUsed(in range: Range<Int>, _ body: (_ index: Int, _ moments: Moments) -> Void) {
    map(range)
    for index in range where words[index] != 0 {
      var moments = moved[index]
      rl_move_moments(words[index], &moments)
      body(index, moments)
    }
  }

  /// Adds finite values.
  func add(_ values: Span<Float>, path: KernelPath) {
    values.withUnsafeBufferPointer { values in
      path.loops.pointee.add_moments(values.baseAddress, Int64(values.count), words, moved)
    }
  }

  /// Adds the moments of other cells.
  func add(_ other: MomentCells) {
    other.map(0..<Self.count)
    rl_merge_moments(other.words, other.moved, words, moved)
  }

  /// Asks the system to map the pages of some words at once.
  ///
  /// Most of these pages have never been used, and each would cause a page fault when it is read. Those
  /// faults would take longer than everything else. The request has no effect on systems without it.
  private func map(_ range: Range<Int>) {
    let populateForReading: Int32 = 22
    let pages = UInt(getpagesize())
    let start = UInt(bitPattern: words + range.lowerBound) / pages * pages
    let end = UInt(bitPattern: words + range.upperBound)
    madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), populateForReading)
  }
}
