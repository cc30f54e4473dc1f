/// How far an error is from the least one possible.
package enum Regret {
  /// `mse / optimum - 1`: how much error another range would have saved.
  ///
  /// Differences within the certificate are none. Where the optimum is zero, 0 without error and infinite
  /// with one.
  ///
  /// - Parameters:
  ///   - mse: The mean squared error.
  ///   - optimum: The error of the certified optimum on the same values.
  ///   - gap: The relative gap between the optimum and its proven lower bound.
  package static func of(mse: Double, optimum: Double, gap: Double) -> Double {
    guard optimum > 0 else { return mse == 0 ? 0 : .infinity }
    let regret = mse / optimum - 1
    return regret <= gap ? 0 : regret
  }
}
