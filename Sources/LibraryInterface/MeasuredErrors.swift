internal import CRangeLab
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation

extension rangelab_errors {
  /// The numbers of error sums; NaN where there are no values, and where the optimum is not known.
  init(_ sums: ErrorSums, skipped: Int, optimum: CertifiedOptimum?) throws {
    self.init()
    (elements, self.skipped) = (Int64(sums.count), Int64(skipped))
    let isEmpty = sums.count == 0
    func measured(_ number: Double) -> Double { isEmpty ? .nan : number }
    mse = measured(sums.mse)
    clipping = measured(sums.clippingMSE)
    rounding = measured(sums.roundingMSE)
    clipped_fraction = measured(sums.clippedFraction)
    sqnr = measured(sums.sqnrInDecibels)
    maximum_error = measured(sums.maximumError)
    cosine = measured(sums.cosine)
    (optimal_mse, lower_bound, regret) = (.nan, .nan, .nan)
    guard let optimum, !isEmpty else { return }
    if let problem = optimum.contradiction(of: sums) {
      throw CallFailure(status: RANGELAB_FAILED, text: problem)
    }
    optimal_mse = optimum.mse
    lower_bound = optimum.lowerBound
    regret = Regret.of(mse: sums.mse, optimum: optimum.mse, gap: optimum.gap)
  }
}

extension Calibration {
  /// Chooses quantizers by a rule, and measures them and the certified optimum in one pass over the values.
  ///
  /// - Parameters:
  ///   - findingOptimum: Whether the optimum is searched for, up to 8 bits.
  ///   - skipped: The number of values that are left out.
  mutating func measuredChoice(
    of rule: any RangeRule, on grid: CodeGrid, findingOptimum: Bool, skipped: Int
  ) throws -> (parameters: [QuantizationParameters], errors: rangelab_errors) {
    _ = try prepare(
      statistics(neededFor: rule, on: grid)
        + (findingOptimum ? statistics(neededForOptimumOn: grid) : []))
    let parameters = try parameters(of: rule, on: grid)
    return (
      parameters,
      try errors(of: parameters, on: grid, findingOptimum: findingOptimum, skipped: skipped)
    )
  }

  /// Measures quantizers, and the certified optimum in the same pass over the values.
  mutating func errors(
    of parameters: [QuantizationParameters], on grid: CodeGrid, findingOptimum: Bool, skipped: Int
  ) throws -> rangelab_errors {
    var choices = [parameters]
    let optima = findingOptimum ? try laneOptima(on: grid) : nil
    if let optima, !optima.isMeasured, optima.parameters != parameters {
      choices.append(optima.parameters)
    }
    let sums = try errors(with: choices)
    if let optima, !optima.isMeasured { certify(on: grid, measured: sums[choices.count - 1]) }
    return try rangelab_errors(
      sums[0], skipped: skipped, optimum: findingOptimum ? try optimum(on: grid) : nil)
  }
}
