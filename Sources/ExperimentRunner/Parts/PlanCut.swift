internal import Foundation

/// Cuts the pieces of a plan into parts.
package enum PlanCut {
  /// One part of a number of parts of about equal cost.
  ///
  /// The dearest piece first, each to the part that has least so far (LPT). A piece that costs more than a
  /// part should is cut between cells.
  ///
  /// - Parameter index: The part, from 0.
  /// - Returns: The pieces of the part.
  /// - Complexity: O(pieces x log(parts)).
  static func shard(_ index: Int, of count: Int, _ outline: PlanOutline) -> [PlanPiece] {
    let all = outline.pieces.reduce(0) { $0 + $1.cost }
    let pieces = dearestFirst(
      outline.pieces.flatMap { cut($0, above: all / Double(count), outline.costs) })
    var loads = LeastFirst(count: count)
    return pieces.filter { piece in loads.add { _ in piece.cost } == index }
  }

  /// Chunks for workers that take one after the other: the dearest pieces first, each chunk a share of what
  /// is left, `left / (2 workers)`, so that the last ones are small and nobody waits long for the end.
  ///
  /// - Parameters:
  ///   - least: The least cost of a chunk, which starting it must be worth.
  ///   - most: The greatest number of chunks; the last one takes the rest.
  package static func chunks(
    _ pieces: [PlanPiece], costs: [Double], workers: Int, least: Double, most: Int
  ) -> [[PlanPiece]] {
    var left = pieces.reduce(0) { $0 + $1.cost }
    // Chunks of `left / (2 workers)` down to a size c are about 2 workers (1 + log(all / (2 workers c))); where
    // that is more than allowed, they end at a greater size.
    let rounds = Double(most) / Double(2 * workers)
    let floor = rounds < 1 ? left / Double(most) : left / Double(2 * workers) * exp(1 - rounds)
    let least = max(least, floor)
    let target = { (left: Double) in max(least, left / Double(2 * workers)) }
    let sorted = dearestFirst(pieces.flatMap { cut($0, above: target(left), costs) })
    var chunks: [[PlanPiece]] = []
    var (chunk, cost) = ([PlanPiece](), 0.0)
    for piece in sorted {
      chunk.append(piece)
      cost += piece.cost
      guard cost >= target(left), chunks.count < most - 1 else { continue }
      chunks.append(chunk)
      left -= cost
      (chunk, cost) = ([], 0)
    }
    if !chunk.isEmpty { chunks.append(chunk) }
    return chunks
  }

  /// The dearest part of a piece that cannot be cut: a cell with what the cells of the piece share, or all of
  /// what has no cells or a network.
  ///
  /// - Parameter costs: The cost of each cell by place; empty where no piece is cut.
  static func dearest(of piece: PlanPiece, _ costs: [Double]) -> PlanPiece {
    guard piece.network == nil, !costs.isEmpty, var dearest = piece.cells.first?.lowerBound else {
      return piece
    }
    var sum = 0.0
    for place in piece.cells.joined() {
      sum += costs[place]
      if costs[place] > costs[dearest] { dearest = place }
    }
    return PlanPiece(
      cells: [dearest..<(dearest + 1)], cost: max(0, piece.cost - sum) + costs[dearest])
  }

  private static func dearestFirst(_ pieces: [PlanPiece]) -> [PlanPiece] {
    pieces.sorted { ($1.cost, $0.place) < ($0.cost, $1.place) }
  }

  /// Cuts a piece between cells into some of at most this cost each, as far as single cells allow.
  ///
  /// What its cells share is computed once in each, and counted so. A network stays whole.
  private static func cut(_ piece: PlanPiece, above limit: Double, _ costs: [Double]) -> [PlanPiece]
  {
    guard piece.cost > limit, piece.network == nil else { return [piece] }
    let places = piece.cells.flatMap(Array.init)
    let shared = max(0, piece.cost - places.reduce(0) { $0 + costs[$1] })
    var pieces: [PlanPiece] = []
    for place in places {
      if let last = pieces.last, last.cost + costs[place] <= limit {
        pieces[pieces.count - 1].add(place)
        pieces[pieces.count - 1].cost += costs[place]
      } else {
        pieces.append(PlanPiece(cells: [place..<(place + 1)], cost: shared + costs[place]))
      }
    }
    guard !pieces.isEmpty else { return [piece] }
    pieces[0].profile = piece.profile
    return pieces
  }
}

extension PlanPiece {
  /// Adds a place that is greater than all others.
  mutating func add(_ place: Int) {
    if let last = cells.last, last.upperBound == place {
      cells[cells.count - 1] = last.lowerBound..<(place + 1)
    } else {
      cells.append(place..<(place + 1))
    }
  }
}

/// Loads, of which the least is found at once: a binary heap; of equal ones the first.
struct LeastFirst {
  private var heap: [(load: Double, index: Int)]

  init(count: Int) { heap = (0..<count).map { (0, $0) } }

  /// The greatest load; 0 where there is none.
  var greatest: Double { heap.reduce(0) { max($0, $1.load) } }

  /// Adds to the least load, and returns its index.
  ///
  /// - Parameter load: What to add, for an index.
  /// - Complexity: O(log(count)).
  mutating func add(_ load: (Int) -> Double) -> Int {
    let index = heap[0].index
    heap[0].load += load(index)
    var place = 0
    while true {
      var least = place
      for child in (2 * place + 1)..<(2 * place + 3)
      where child < heap.count && heap[child] < heap[least] {
        least = child
      }
      guard least != place else { return index }
      heap.swapAt(least, place)
      place = least
    }
  }
}
