/// Widths for the tensors of a network: the least sum of costs under a budget of bits.
///
/// The cost of a tensor at a width is what the network's output loses when this tensor alone is
/// quantized. That costs add up is an assumption: it holds as far as the errors of tensors meet the
/// output uncorrelated and small. So what is chosen is a prediction, to be measured.
package struct BitAllocation: Sendable {
  /// A tensor and what its widths cost.
  package struct Tensor: Sendable {
    /// Its name.
    package let name: String
    /// The number of its elements.
    package let elements: Int
    /// The widths in bits, each with its cost.
    package let widths: [(bits: Int, cost: Double)]

    /// A tensor; costs that are not finite, as of outputs that overflow, are left out.
    package init(name: String, elements: Int, widths: [(bits: Int, cost: Double)]) {
      (self.name, self.elements) = (name, elements)
      self.widths = widths.filter { $0.cost.isFinite }
    }
  }

  /// A width for each tensor.
  package struct Choice: Hashable, Sendable {
    /// The width of each tensor in bits.
    package let bits: [Int]
    /// The bits of all elements together.
    package let totalBits: Int
    /// The bits of an element, on average.
    package let meanBits: Double
    /// The sum of the costs.
    package let cost: Double
  }

  /// The tensors.
  package let tensors: [Tensor]
  /// The number of all elements.
  package let elements: Int
  private let knapsack: MultipleChoiceKnapsack

  /// Solves the choice for all budgets, by ``MultipleChoiceKnapsack``.
  ///
  /// - Throws: ``NetworkError`` where a tensor has no width with a finite cost.
  package init(_ tensors: [Tensor]) throws(NetworkError) {
    if let tensor = tensors.first(where: { $0.widths.isEmpty }) {
      throw NetworkError(tensor.name, "no width leaves the output finite; expected one at least")
    }
    self.tensors = tensors
    elements = tensors.reduce(0) { $0 + $1.elements }
    knapsack = MultipleChoiceKnapsack(
      tensors.map { tensor in
        tensor.widths.map { .init(size: $0.bits * tensor.elements, cost: max(0, $0.cost)) }
      })
  }

  /// How much more than the least the cost may be, as a share; 0 unless there were too many tensors of
  /// too many sizes.
  package var tolerance: Double { knapsack.tolerance }

  /// Mean bits and costs that no other choice beats in both: wider and cheaper from one to the next.
  package var front: [(meanBits: Double, cost: Double)] {
    knapsack.front.map { (Double($0.size) / Double(max(1, elements)), $0.cost) }
  }

  /// The cheapest choice with at most so many bits for an element on average.
  ///
  /// - Throws: ``NetworkError`` where the narrowest widths take more.
  package func choice(meanBits: Double) throws(NetworkError) -> Choice {
    let budget = meanBits * Double(elements)
    let whole = Int(budget.rounded(.down).clamped(to: 0...0x1p62))
    guard let solution = knapsack.solution(within: whole) else {
      let least = Double(knapsack.front[0].size) / Double(max(1, elements))
      throw NetworkError(
        "bits-budget", "a mean of \(meanBits) bits is too little; expected \(least) or more")
    }
    return choice(bits: zip(tensors, solution.options).map { $0.widths[$1].bits })
      ?? Choice(bits: [], totalBits: 0, meanBits: 0, cost: 0)
  }

  /// The choice of these widths; nothing where a tensor has no cost at its width.
  package func choice(bits: [Int]) -> Choice? {
    var (total, cost) = (0, 0.0)
    for (tensor, bits) in zip(tensors, bits) {
      guard let width = tensor.widths.first(where: { $0.bits == bits }) else { return nil }
      total += bits * tensor.elements
      cost += width.cost
    }
    return Choice(
      bits: bits, totalBits: total, meanBits: Double(total) / Double(max(1, elements)), cost: cost)
  }
}

extension Double {
  fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
    isNaN ? range.lowerBound : Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
