internal import QuantizationCore

/// A dense scan of scales on the shared kernel, for grids too fine for branch and bound.
///
/// Above 8 bits the best range is close to min-max and the number of evaluations a certificate
/// needs grows with the number of codes; trying many scales loses nothing that can be seen.
struct ScaleScan<Lane: LeastSquaresLane> {
  private static var scales: Int { 2000 }

  private let sample: Lane
  private let grid: CodeGrid

  init(_ sample: Lane, on grid: CodeGrid) {
    self.sample = sample
    self.grid = grid
  }

  /// The best of: the start; 2000 shrunken scales with both ends shrunk alike; and, around the
  /// winner, smaller and smaller steps in scale and zero point until nothing improves.
  func best(startingFrom covering: QuantizationParameters) -> QuantizationParameters {
    var best = Candidate(covering, sample)
    let widest = Double(covering.scale)
    for index in 1...Self.scales {
      let scale = widest * Double(index) / Double(Self.scales)
      best.improve(with: parameters(scale, covering.zeroPoint), on: sample)
    }
    var step = widest / Double(Self.scales)
    var jump = grid.family.scheme == .affine ? grid.steps / 64 : 0
    while step > widest * 1e-8 || jump > 0 {
      let (scale, zero) = (Double(best.parameters.scale), best.parameters.zeroPoint)
      let neighbours = [
        parameters(scale - step, zero), parameters(scale + step, zero),
        parameters(scale, zero - jump), parameters(scale, zero + jump),
        parameters(scale - step, zero - jump), parameters(scale - step, zero + jump),
      ]
      let before = best.cost
      for neighbour in neighbours { best.improve(with: neighbour, on: sample) }
      if best.cost == before {
        step /= 2
        jump /= 2
      }
    }
    return best.parameters
  }

  private func parameters(_ scale: Double, _ zeroPoint: Int) -> QuantizationParameters {
    QuantizationParameters(scale: scale, zeroPoint: zeroPoint, grid: grid)
  }
}

private struct Candidate {
  var parameters: QuantizationParameters
  var cost: Double

  init(_ parameters: QuantizationParameters, _ sample: some LeastSquaresLane) {
    self.parameters = parameters
    cost = sample.squaredError(of: parameters)
  }

  mutating func improve(with other: QuantizationParameters, on sample: some LeastSquaresLane) {
    let challenger = Candidate(other, sample)
    if challenger.cost < cost { self = challenger }
  }
}
