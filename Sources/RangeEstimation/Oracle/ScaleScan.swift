internal import QuantizationCore

/// A dense scan of scales on the shared kernel, for grids of more than 8 bits.
///
/// With so many codes, branch and bound needs too many evaluations. The best range is close to min-max,
/// so the best of many scales has almost the least error. For most scales, the error of a few
/// values shows that they are not the best (``OutermostErrors``).
struct ScaleScan<Lane: LeastSquaresLane> {
  /// The number of scales.
  private static var scales: Int { 2000 }
  /// Every 40th scale is tried first.
  ///
  /// Their least error excludes most of the other scales early.
  private static var stride: Int { 40 }

  private let sample: Lane
  private let outermost: OutermostErrors
  private let grid: CodeGrid

  init(_ sample: Lane, outermost: OutermostErrors, on grid: CodeGrid) {
    self.sample = sample
    self.outermost = outermost
    self.grid = grid
  }

  /// The best quantizer found.
  ///
  /// The scan tries the start, and 2000 smaller scales with the same zero point. Then it changes
  /// scale and zero point of the best one by smaller and smaller steps, until no change lowers the
  /// error.
  ///
  /// - Parameter covering: The quantizer that covers all values.
  /// - Complexity: O(n) for each quantizer that is measured.
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
      // A quantizer that was tried before cannot be better than the best one now.
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

  /// The best of the start and the scales of the scan; the first one of equals.
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

  /// The error of a quantizer; nil if the outermost values prove that it is above a bound.
  private func cost(of parameters: QuantizationParameters, below bound: Double) -> Double? {
    outermost.exceed(bound, with: parameters) ? nil : sample.squaredError(of: parameters)
  }

  private func parameters(_ scale: Double, _ zeroPoint: Int) -> QuantizationParameters {
    QuantizationParameters(scale: scale, zeroPoint: zeroPoint, grid: grid)
  }
}
