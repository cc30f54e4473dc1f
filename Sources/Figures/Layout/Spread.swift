/// Moves labels along a line until none touches the next.
package enum Spread {
  /// The middles of labels, as near as possible to where they want to be (least squares), in the
  /// order of those wishes and inside the bounds.
  ///
  /// Where the bounds are too narrow for all, the labels go on beyond the upper one.
  ///
  /// - Parameters:
  ///   - wishes: Where the middle of each label wants to be.
  ///   - sizes: How much room each takes.
  package static func middles(
    _ wishes: [Double], sizes: [Double], within bounds: ClosedRange<Double>
  ) -> [Double] {
    let order = wishes.indices.sorted { (wishes[$0], $0) < (wishes[$1], $1) }
    // Neighbours that touch are pooled; a pool stands at the mean of what its members want.
    var pools: [Pool] = []
    for index in order {
      var pool = Pool(members: [index], size: sizes[index], start: wishes[index] - sizes[index] / 2)
      pool.start = place(pool, within: bounds)
      while let last = pools.last, last.start + last.size > pool.start {
        pools.removeLast()
        pool = last.joined(with: pool, wishes, sizes)
        pool.start = place(pool, within: bounds)
      }
      pools.append(pool)
    }
    var middles = wishes
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

    func joined(with next: Pool, _ wishes: [Double], _ sizes: [Double]) -> Pool {
      let members = members + next.members
      // Each member would like the pool to start where it would then stand right.
      var (before, sum) = (0.0, 0.0)
      for member in members {
        sum += wishes[member] - sizes[member] / 2 - before
        before += sizes[member]
      }
      return Pool(members: members, size: before, start: sum / Double(members.count))
    }
  }
}
