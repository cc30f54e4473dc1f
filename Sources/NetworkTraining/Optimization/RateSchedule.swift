internal import Foundation

/// The rate of each step: up along a line, then down along half a cosine.
///
/// `r (t + 1) / u` for step t below the warm-up of u steps, then
/// `r (1 + cos(pi (t - u) / (n - u))) / 2` until all n steps are done (Loshchilov and Hutter, "SGDR: Stochastic
/// Gradient Descent with Warm Restarts", 2017, without restarts).
package struct RateSchedule: Hashable, Sendable {
  /// The highest rate.
  package let peak: Double
  /// The steps of the warm-up.
  package let warmUp: Int
  /// All steps.
  package let steps: Int

  /// A schedule of so many steps, some of which warm up.
  package init(peak: Double, warmUp: Int, steps: Int) {
    (self.peak, self.steps) = (peak, steps)
    self.warmUp = min(max(0, warmUp), steps)
  }

  /// The rate of a step, counted from 0.
  package func rate(at step: Int) -> Float {
    guard step >= warmUp else { return Float(peak * Double(step + 1) / Double(warmUp)) }
    let share = Double(step - warmUp) / Double(max(1, steps - warmUp))
    return Float(peak * (1 + cos(Double.pi * min(1, share))) / 2)
  }
}
