/// The same term added many times to a Float, rounded after each addition as a loop would.
///
/// Sums that lie between the same two powers of two are multiples of one unit, and from the second on
/// each is as many units from the last: ties go to even multiples, and stay there. So a loop is needed
/// near powers of two only. Complexity: O(log) of the number of times.
package struct RepeatedAddition {
  private let term: Float

  /// Takes what is added.
  package init(term: Float) { self.term = term }

  /// The sum after adding the term some number of times to a start.
  package func callAsFunction(to start: Float, times: Int) -> Float {
    var (sum, left) = (start, times)
    while left > 0 {
      let next = sum + term
      left -= 1
      if next == sum { return sum }
      sum = next
      guard left > 4 else { continue }
      let steady = sum + term
      let step = (steady + term) - steady
      let jump = min(left - 1, roomFor(step, from: sum, steady, steady + term))
      guard jump > 0 else { continue }
      // Whole multiples of a unit that are less than 2^24 of it: exact.
      sum = steady + Float(jump) * step
      left -= jump + 1
    }
    return sum
  }

  /// How many more steps from the second of three sums surely stay between the same powers of two;
  /// none where the three do not.
  private func roomFor(_ step: Float, from first: Float, _ second: Float, _ third: Float) -> Int {
    guard first.isNormal, second.isNormal, third.isNormal, first.sign == third.sign,
      first.exponent == second.exponent, second.exponent == third.exponent, step != 0
    else { return 0 }
    let lowest = Float(sign: .plus, exponent: second.exponent, significand: 1)
    let grows = (step > 0) == (second > 0)
    let room = grows ? lowest - (second.magnitude - lowest) : second.magnitude - lowest
    return Int(room / step.magnitude) - 2
  }
}
