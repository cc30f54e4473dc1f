package import QuantizationCore
package import QuantizationKernels

/// The magnitudes on either side of zero: all that a search for the least squared error has to know
/// of a lane.
package struct SidedTails: Sendable {
  /// The magnitudes of the negative values.
  package let below: TailSums
  /// The magnitudes of the values from zero up.
  package let above: TailSums

  init(below: TailSums, above: TailSums) { (self.below, self.above) = (below, above) }

  /// The tails of sorted values.
  init(ascending values: [Float]) {
    let zero = partitionPoint(0..<values.count) { values[$0] >= 0 }
    self.init(
      below: TailSums(SortedMagnitudes(of: values, in: 0..<zero, descending: true)),
      above: TailSums(SortedMagnitudes(of: values, in: zero..<values.count, descending: false)))
  }

  /// The tails of values whose squared errors count with a weight each.
  ///
  /// Weights are at least zero: a diagonal of a Hessian, a Fisher information, an importance.
  /// Time O(n log n).
  package init(_ values: [Float], weights: [Float]) {
    precondition(values.count == weights.count, "one weight for each value")
    func side(where belongs: (Float) -> Bool) -> TailSums {
      TailSums(
        WeightedMagnitudes(
          zip(values, weights).filter { belongs($0.0) }.map { ($0.0.magnitude, $0.1) }))
    }
    below = side { $0 < 0 }
    above = side { $0 >= 0 }
  }

  /// The sum of squares of all values: the error of quantizing them all to zero.
  package var energy: Double { below.sumOfSquares + above.sumOfSquares }

  /// The largest magnitude on a side that has codes.
  func largestMagnitude(reachedBy codes: ClosedRange<Int>) -> Double {
    max(codes.lowerBound < 0 ? below.maximum : 0, codes.upperBound > 0 ? above.maximum : 0)
  }

  /// The parabola that the squared error lies on at a scale.
  ///
  /// With `T_j = { y >= (j - 1/2) s }` on either side, `sum c x = sum_j sum_{T_j} y` and
  /// `sum c^2 = sum_j (2j - 1) |T_j|`. Of bins, with each at its mean: the error is never below the
  /// true one. Complexity: O(codes log n), of bins O(codes).
  package func parabola(scale: Double, codes: ClosedRange<Int>) -> ScaleSums {
    var (linear, square) = (0.0, 0.0)
    for (tails, limit) in sides(codes) {
      tails.forEachTail(scale: scale, codes: limit) { code, mass, sum in
        linear += sum
        square += Double(2 * code - 1) * mass
      }
    }
    return ScaleSums(linear: linear, square: square)
  }

  /// The squared error of a quantizer in real arithmetic; of bins, at most.
  func squaredError(of parameters: QuantizationParameters) -> Double {
    let scale = Double(parameters.scale)
    let sums =
      parameters.grid.family.table.map { parabola(scale: scale, ladder: $0.ladder) }
      ?? parabola(scale: scale, codes: parameters.codes)
    return sums.cost(scale: scale, energy: energy)
  }

  /// The most by which ``squaredError(of:)`` overrates.
  func slack(of parameters: QuantizationParameters) -> Double {
    let scale = Double(parameters.scale)
    return parameters.grid.family.table.map { slack(scale: scale, ladder: $0.ladder).cost }
      ?? slack(scale: scale, codes: parameters.codes).cost
  }

  /// The most by which ``parabola(scale:codes:)`` overrates the squared error and underrates the sum
  /// of squared codes: zero where every value is known.
  package func slack(scale: Double, codes: ClosedRange<Int>) -> (cost: Double, square: Double) {
    var slack = (cost: 0.0, square: 0.0)
    for (tails, limit) in sides(codes) {
      tails.forEachCut(scale: scale, codes: limit) { _, cost, square in
        slack.cost += cost
        slack.square += square
      }
    }
    return slack
  }

  /// The parabola that the squared error lies on at a scale, with the levels of a ladder.
  ///
  /// Of bins, with each at its mean: the error is never below the true one. Complexity: O(levels log n),
  /// or O(n log levels) where values are fewer.
  package func parabola(scale: Double, ladder: LevelLadder) -> ScaleSums {
    var (linear, square) = (0.0, 0.0)
    for (tails, side) in sides(ladder) {
      if let sums = tails.sumsByValue(scale: scale, of: side) {
        linear += sums.linear
        square += sums.square
        continue
      }
      tails.forEachTail(scale: scale, of: side) { index, mass, sum in
        linear += side.differences[index] * sum
        square += side.squares[index] * mass
      }
    }
    return ScaleSums(linear: linear, square: square)
  }

  /// The most by which ``parabola(scale:ladder:)`` overrates the squared error and underrates the sum of
  /// squared levels: zero where every value is known.
  package func slack(scale: Double, ladder: LevelLadder) -> (cost: Double, square: Double) {
    var slack = (cost: 0.0, square: 0.0)
    for (tails, side) in sides(ladder) {
      tails.forEachCut(scale: scale, of: side) { cost, square in
        slack.cost += cost
        slack.square += square
      }
    }
    return slack
  }

  /// The sum of squared codes when every value has the extreme code of its sign.
  func extremeSquare(_ codes: ClosedRange<Int>) -> Double {
    below.mass * Double(codes.lowerBound * codes.lowerBound)
      + above.mass * Double(codes.upperBound * codes.upperBound)
  }

  /// The two sides with their levels.
  func sides(_ ladder: LevelLadder) -> [(tails: TailSums, side: LevelLadder.Side)] {
    [(below, ladder.below), (above, ladder.above)]
  }

  private func sides(_ codes: ClosedRange<Int>) -> [(tails: TailSums, limit: Int)] {
    [(below, -codes.lowerBound), (above, codes.upperBound)]
  }
}

extension QuantizationParameters {
  /// The codes, real zero at 0.
  fileprivate var codes: ClosedRange<Int> {
    grid.minimumCode - zeroPoint...grid.maximumCode - zeroPoint
  }
}
