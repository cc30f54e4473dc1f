/// Moves labels along a line until none touches the next.
package enum Spread {
  /// The middles of labels, as near as possible to the preferred ones (least squares), in the same order
  /// and inside the bounds.
  ///
  /// If the bounds are too narrow for all labels, the last ones lie beyond the upper bound.
  ///
  /// - Parameters:
  ///   - preferred: The preferred middle of each label.
  ///   - sizes: The length of each label.
  ///   - bounds: The bounds of all labels.
  package static func middles(
    _ preferred: [Double], sizes: [Double], within bounds: ClosedRange<Double>
  ) -> [Double] {
    let order = preferred.indices.sorted { (preferred[$0], $0) < (preferred[$1], $1) }
    // Neighbors that touch form a pool, which starts at the mean of the starts its members prefer.
    var pools: [Pool] = []
    for index in order {
      var pool = Pool(
        members: [index], size: sizes[index], start: preferred[index] - sizes[index] / 2)
      pool.start = place(pool, within: bounds)
      while let last = pools.last, last.start + last.size > pool.start {
        pools.removeLast()
        pool = last.joined(with: pool, preferred, sizes)
        pool.start = place(pool, within: bounds)
      }
      pools.append(pool)
    }
    var middles = preferred
    for pool in pools {
      var edge = pool.start
      for member in pool.members {
        middles[member] = edge + sizes[member] / 2
        edge += sizes[member]
      }
    }
    return middles
  }

  private static func place(_ pool: Pool, within bounds: ClosedRange<Double>) -> Double {
    max(bounds.lowerBound, min(pool.start, bounds.upperBound - pool.size))
  }

  private struct Pool {
    var members: [Int]
    var size: Double
    var start: Double

    func joined(with next: Pool, _ preferred: [Double], _ sizes: [Double]) -> Pool {
      let members = members + next.members
      // The start that a member prefers is the one that puts the member at its preferred middle.
      var (before, sum) = (0.0, 0.0)
      for member in members {
        sum += preferred[member] - sizes[member] / 2 - before
        before += sizes[member]
      }
      return Pool(members: members, size: before, start: sum / Double(members.count))
    }
  }
}
