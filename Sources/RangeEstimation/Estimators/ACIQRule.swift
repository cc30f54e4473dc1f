internal import QuantizationCore

/// What `aciq` and `aciq-grid` share: a density model or the best of several, and a convention.
struct ACIQRule {
  /// The models to choose from.
  let models: [DensityModel]
  /// Whether min-max is a choice as well.
  let includesMinMax: Bool
  let convention: ClipConvention

  /// A density model, or the best of both and min-max.
  enum Distribution: String, CaseIterable, Sendable { case gaussian, laplace, mix }

  init(distribution: Distribution, convention: ClipConvention) {
    models =
      switch distribution {
      case .gaussian: [.gaussian]
      case .laplace: [.laplace]
      case .mix: [.gaussian, .laplace]
      }
    includesMinMax = distribution == .mix
    self.convention = convention
  }

  /// The parameter `distribution`, the same for both.
  static let distribution = Parameter(
    "distribution", default: Distribution.laplace,
    meaning: "density of the model; mix: the best measured of both and min-max",
    isAlwaysNamed: true)

  /// The quantizer of the only model, or the one with the smallest squared error.
  func parameters(
    of sample: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    var candidates: [QuantizationParameters] = []
    for model in models {
      candidates.append(try clipped(sample, by: model, on: grid))
    }
    if includesMinMax {
      candidates.append(QuantizationParameters(covering: sample.range, on: grid))
    }
    guard candidates.count > 1 else { return candidates[0] }
    let costs = candidates.map { sample.squaredError(of: $0) }
    let best = costs.indices.reduce(0) { costs[$1] < costs[$0] ? $1 : $0 }
    return candidates[best]
  }

  private func clipped(
    _ sample: SampleStatistics, by model: DensityModel, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let side = ClipSide(of: sample, on: grid)
    let center = grid.family.scheme == .affine && side == .both ? sample.mean : 0
    let ratio = try model.bestAlpha(noise: convention.noise(of: side, on: grid))
    return convention.quantizer(
      alpha: ratio * model.spread(of: sample, around: center), center: center, side: side,
      data: sample.range, on: grid)
  }
}
