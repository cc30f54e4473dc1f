internal import CQuantizationKernels
internal import Foundation

/// The cells of a moment table, one for every leading bit pattern of a Float.
///
/// The address space for all of them is reserved, memory only comes where a cell is written. A cell
/// is one word, so that those in use fit a cache; what a word cannot hold has a place elsewhere.
/// Written only while a single table holds it.
final class MomentCells: @unchecked Sendable {
  /// The moments of the low bits r of the values of a cell.
  typealias Moments = rl_moments

  /// The number of cells.
  static let count = Int(RL_MOMENT_CELLS)

  private let words = MomentCells.zeroed(UInt64.self)
  /// What has left its word.
  private let moved = MomentCells.zeroed(Moments.self)

  deinit {
    free(words)
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

  /// Asks for the pages of words at once.
  ///
  /// Nearly all have never been touched, and to read them one by one would be a fault each: more than
  /// all the rest takes. A system that does not know the request takes its time.
  private func map(_ range: Range<Int>) {
    let populateForReading: Int32 = 22
    let pages = UInt(getpagesize())
    let start = UInt(bitPattern: words + range.lowerBound) / pages * pages
    let end = UInt(bitPattern: words + range.upperBound)
    madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), populateForReading)
  }
}
