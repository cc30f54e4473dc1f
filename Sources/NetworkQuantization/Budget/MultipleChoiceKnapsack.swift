/// The multiple-choice knapsack: one option of each item, so that their sizes fit a budget and the sum
/// of their costs is the least.
///
/// ```
/// minimize  sum_i cost_i(k_i)    subject to  sum_i size_i(k_i) <= budget,  one k_i for each item i
/// ```
///
/// Solved for all budgets at once: after each item the list holds every pair of size and cost of which
/// no other is as small and costs as little (Nemhauser and Ullmann, "Discrete Dynamic Programming and
/// Capital Allocation", 1969; Kellerer, Pferschy and Pisinger, "Knapsack Problems", chapter 11). A list
/// is never longer than a table over the sizes in units of their greatest common divisor, and it is
/// exact for sizes that have none. Sums of costs are rounded as Doubles are.
///
/// Complexity: O(items options points) time and 5 bytes for each point of each list.
package struct MultipleChoiceKnapsack: Sendable {
  /// What an item may be.
  package struct Option: Hashable, Sendable {
    /// Its size, at least 0.
    package let size: Int
    /// Its cost, finite and at least 0.
    package let cost: Double

    /// An option.
    package init(size: Int, cost: Double) { (self.size, self.cost) = (size, cost) }
  }

  /// A choice for every item.
  package struct Solution: Hashable, Sendable {
    /// The index of the option of each item.
    package let options: [Int]
    /// The sum of the sizes.
    package let size: Int
    /// The sum of the costs.
    package let cost: Double
  }

  /// The sums of solutions of which no other is as small and costs as little: larger and cheaper from
  /// one to the next.
  package private(set) var front: [Option] = [Option(size: 0, cost: 0)]
  /// How much more than the least a solution may cost, as a share: 0 unless lists had to be thinned.
  package private(set) var tolerance = 0.0
  /// For each item the option of each point of its list, and the point of the list before.
  private var steps: [(options: [UInt8], parents: [UInt32])] = []

  /// Solves the problem for all budgets.
  ///
  /// - Parameters:
  ///   - items: The options of each item, 1 to 255.
  ///   - limit: The longest list, at least 4. One that is longer is thinned: of points whose costs differ by a
  ///     share too small to matter the smallest stays, and ``tolerance`` says how small.
  package init(_ items: [[Option]], limit: Int = 1 << 20) {
    // Thinning leaves at least the smallest point and one that costs nothing.
    precondition(limit >= 4, "a list of at least 4 points")
    for item in items {
      precondition((1...255).contains(item.count), "1 to 255 options")
      precondition(
        item.allSatisfy { $0.size >= 0 && $0.cost >= 0 && $0.cost.isFinite },
        "sizes and costs of at least 0")
      add(item)
      if front.count > limit { thin(to: limit / 2) }
    }
  }

  /// The cheapest solution of at most a size; nothing where the smallest is larger.
  ///
  /// Complexity: O(items + log points).
  package func solution(within size: Int) -> Solution? {
    var (low, high) = (0, front.count)
    while low < high {
      let middle = (low + high) / 2
      if front[middle].size <= size { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? solution(at: low - 1) : nil
  }

  /// The solution that a point of the front stands for.
  package func solution(at point: Int) -> Solution {
    var options: [Int] = []
    var place = point
    for step in steps.reversed() {
      options.append(Int(step.options[place]))
      place = Int(step.parents[place])
    }
    return Solution(
      options: options.reversed(), size: front[point].size, cost: front[point].cost)
  }

  /// Merges one shifted copy of the list for each option, each already in order.
  private mutating func add(_ item: [Option]) {
    var places = [Int](repeating: 0, count: item.count)
    var merged: [Option] = []
    var step: (options: [UInt8], parents: [UInt32]) = ([], [])
    while true {
      var next: (option: Int, size: Int, cost: Double)?
      for (option, place) in places.enumerated() where place < front.count {
        let size = front[place].size + item[option].size
        let cost = front[place].cost + item[option].cost
        if let best = next, (best.size, best.cost) <= (size, cost) { continue }
        next = (option, size, cost)
      }
      guard let next else { break }
      if merged.last.map({ next.cost < $0.cost }) ?? true {
        merged.append(Option(size: next.size, cost: next.cost))
        step.options.append(UInt8(next.option))
        step.parents.append(UInt32(places[next.option]))
      }
      places[next.option] += 1
    }
    front = merged
    steps.append(step)
  }

  /// Keeps the smallest of neighbors whose costs are within a factor `1 + share`.
  ///
  /// A point that goes has one that stays, no larger and at most that factor dearer, and so has whatever
  /// is added to both; the factors of all thinnings multiply.
  private mutating func thin(to count: Int) {
    var share = 0x1p-30
    var kept: [Int] = []
    repeat {
      share *= 2
      kept = []
      for (place, point) in front.enumerated() {
        if let last = kept.last, front[last].cost <= (1 + share) * point.cost { continue }
        kept.append(place)
      }
    } while kept.count > count
    tolerance = (1 + tolerance) * (1 + share) - 1
    front = kept.map { front[$0] }
    guard let step = steps.popLast() else { return }
    steps.append((kept.map { step.options[$0] }, kept.map { step.parents[$0] }))
  }
}
