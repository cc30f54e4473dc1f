internal import QuantizationCore

/// A dense scan of scales on the shared kernel, for grids too fine for branch and bound.
///
/// Above 8 bits the best range is close to min-max and the number of evaluations a certificate
/// needs grows with the number of codes; trying many scales loses nothing that can be seen. Most clip
/// so much that a few values tell.
struct ScaleScan<Lane: LeastSquaresLane> {
  private static var scales: Int { 2000 }
  /// Every so many scales are tried first, so that most of the rest are given up early.
  private static var stride: Int { 40 }

  private let sample: Lane
  private let outermost: OutermostErrors
  private let grid: CodeGrid

  init(_ sample: Lane, outermost: OutermostErrors, on grid: CodeGrid) {
    self.sample = sample
    self.outermost = outermost
    self.grid = grid
  }

  /// The best of: the start; 2000 shrunken scales with both ends shrunk alike; and, around the
  /// winner, smaller and smaller steps in scale and zero point until nothing improves.
  func best(startingFrom covering: QuantizationParameters) -> QuantizationParameters {
    var best = scanned(from: covering)
    var tried: Set = [best.parameters]
    let widest = Double(covering.scale)
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
      // What was tried has not been better since.
      for neighbour in neighbours where tried.insert(neighbour).inserted {
        if let cost = cost(of: neighbour, below: best.cost), cost < best.cost {
          best = (neighbour, cost)
        }
      }
      if best.cost == before {
        step /= 2
        jump /= 2
      }
    }
    return best.parameters
  }

  private typealias Candidate = (parameters: QuantizationParameters, cost: Double)

  /// The first of the best of the start and the scales of the scan.
  private func scanned(from covering: QuantizationParameters) -> Candidate {
    let widest = Double(covering.scale)
    let candidates = (1...Self.scales).map {
      parameters(widest * Double($0) / Double(Self.scales), covering.zeroPoint)
    }
    var best: Candidate = (covering, sample.squaredError(of: covering))
    var bound = best.cost
    for index in Swift.stride(from: Self.scales - 1, to: 0, by: -Self.stride) {
      bound = min(bound, cost(of: candidates[index], below: bound) ?? bound)
    }
    for candidate in candidates {
      guard let cost = cost(of: candidate, below: bound) else { continue }
      if cost < best.cost { best = (candidate, cost) }
      bound = min(bound, cost)
    }
    return best
  }

  /// The error of a quantizer; nothing where it is surely above a bound.
  private func cost(of parameters: QuantizationParameters, below bound: Double) -> Double? {
    outermost.exceed(bound, with: parameters) ? nil : sample.squaredError(of: parameters)
  }

  private func parameters(_ scale: Double, _ zeroPoint: Int) -> QuantizationParameters {
    QuantizationParameters(scale: scale, zeroPoint: zeroPoint, grid: grid)
  }
}
