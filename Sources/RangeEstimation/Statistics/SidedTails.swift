package import QuantizationCore
package import QuantizationKernels

/// The magnitudes of a lane on both sides of zero, with tail sums.
///
/// A search for the least squared error needs nothing else of a lane.
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

  /// The tails of values whose squared errors are weighted.
  ///
  /// - Parameters:
  ///   - values: In any order.
  ///   - weights: One for each value, at least zero, such as the diagonal of a Hessian or of a Fisher
  ///     information.
  /// - Complexity: O(n).
  package init(_ values: [Float], weights: [Float]) {
    precondition(values.count == weights.count, "one weight for each value")
    func side(where belongs: @escaping (Float) -> Bool) -> TailSums {
      TailSums(
        WeightedMagnitudes(
          zip(values, weights).lazy.filter { belongs($0.0) }.map { ($0.0.magnitude, $0.1) }))
    }
    below = side { $0 < 0 }
    above = side { $0 >= 0 }
  }

  /// The (weighted) sum of the squares of all values.
  ///
  /// It is the error of quantizing all of them to zero.
  package var energy: Double { below.sumOfSquares + above.sumOfSquares }

  /// The largest magnitude on those sides of zero that have codes.
  func largestMagnitude(reachedBy codes: ClosedRange<Int>) -> Double {
    max(codes.lowerBound < 0 ? below.maximum : 0, codes.upperBound > 0 ? above.maximum : 0)
  }

  /// The sums `sum c x` and `sum c^2` over the values x and their nearest codes c at a scale s.
  ///
  /// With these codes held, the squared error is a parabola in s: `sum x^2 - 2 s sum c x + s^2 sum
  /// c^2`.
  ///
  /// With the tails `T_j = { y >= (j - 1/2) s }` of the magnitudes y of each side,
  /// `sum c x = sum_j sum_{T_j} y` and `sum c^2 = sum_j (2j - 1) |T_j|`. All magnitudes of a bin count
  /// with their mean; the squared error is then an upper bound of the true one.
  ///
  /// - Parameter codes: With real zero at code 0.
  /// - Complexity: O(codes log n); of bins, O(codes).
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

  /// The squared error of a quantizer in real arithmetic; of bins, an upper bound of it.
  package func squaredError(of parameters: QuantizationParameters) -> Double {
    let scale = Double(parameters.scale)
    let sums =
      parameters.grid.family.table.map { parabola(scale: scale, ladder: $0.ladder) }
      ?? parabola(scale: scale, codes: parameters.codes)
    return sums.cost(scale: scale, energy: energy)
  }

  /// The largest possible difference between ``squaredError(of:)`` and the true error; 0 if every value
  /// is known.
  func slack(of parameters: QuantizationParameters) -> Double {
    let scale = Double(parameters.scale)
    return parameters.grid.family.table.map { slack(scale: scale, ladder: $0.ladder).cost }
      ?? slack(scale: scale, codes: parameters.codes).cost
  }

  /// How far ``parabola(scale:codes:)`` can be from the truth if values are known in bins only;
  /// zeros if every value is known.
  ///
  /// - Returns: In `cost`, how much too large the squared error can be; in `square`, how much too small
  ///   the sum of squared codes can be.
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

  /// The sums `sum l x` and `sum l^2` over the values x and their nearest levels l at a scale; see
  /// ``parabola(scale:codes:)``.
  ///
  /// - Complexity: O(levels log n); O(n log levels) if there are fewer values than levels.
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

  /// How far ``parabola(scale:ladder:)`` can be from the truth; see ``slack(scale:codes:)``.
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

  /// Both sides of zero, each with its levels.
  func sides(_ ladder: LevelLadder) -> [(tails: TailSums, side: LevelLadder.Side)] {
    [(below, ladder.below), (above, ladder.above)]
  }

  private func sides(_ codes: ClosedRange<Int>) -> [(tails: TailSums, limit: Int)] {
    [(below, -codes.lowerBound), (above, codes.upperBound)]
  }
}

extension QuantizationParameters {
  /// The codes, shifted so that real zero is at 0.
  fileprivate var codes: ClosedRange<Int> {
    grid.minimumCode - zeroPoint...grid.maximumCode - zeroPoint
  }
}
