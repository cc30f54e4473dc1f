public import QuantizationCore

/// Finds the range with the least sum of a power of the errors: a search without certificate.
///
/// ```
/// scale, zero point = argmin sum |x - x^(scale, zero point)|^p,   1 <= p <= 8, default 2.4
/// scan         shares 1/64, 2/64 ... 1 of min-max (symmetric: and 1.25 of it), both ends alike
/// refinement   around the three best, shares at half the distance, again and again, to 1/4096;
///              affine: with the zero point one up and one down as well
/// ```
///
/// Scales are those of ranges covered by the grid: their outermost levels reach the ends. Equal
/// costs keep the wider range. p = 2 is measured on the shared kernel.
///
/// Known failure: the cost has many valleys and only three are followed; affine ranges whose ends
/// want very different shrinks are reached only by steps of the zero point. A large p is min-max
/// with extra steps, p = 1 may prefer to lose a tail.
///
/// Source: Nahshan et al., Loss aware post-training quantization (LAPQ), 2019; p = 2.4 is GPTQ's.
public struct LpEstimator: RangeEstimator {
  /// Name, parameter and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "lp", family: .search,
    summary: "the least sum of the p-th powers of errors found by scan and refinement",
    parameters: [
      ParameterDescriptor(
        "p", .number(1...8), default: .number(2.4), meaning: "power of the error",
        isAlwaysNamed: true)
    ],
    cost: "some 120 measurements of O(n); affine 160", reference: "Nahshan et al. 2019 (LAPQ)")

  private static let parts = 64
  private static let finest = 1.0 / 4096

  private let power: Double

  /// Takes `p`.
  public init(_ arguments: EstimatorArguments) { power = arguments.number("p") }

  /// The best quantizer found.
  public func parameters(
    from statistics: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    try statistics.requireEveryValue()
    let search = ShrinkSearch(data: statistics.range, grid: grid)
    let whole = search.quantizer(share: 1)
    guard whole.condition == .ordinary else { return whole }
    var tried = Tried { statistics.powerError(of: $0, power: power) }
    tried.consider(Tried.Point(share: 1, parameters: whole))
    for part in (1..<Self.parts).reversed() {
      let share = Double(part) / Double(Self.parts)
      tried.consider(Tried.Point(share: share, parameters: search.quantizer(share: share)))
    }
    for start in tried.best(3) {
      refine(from: start, search, &tried)
    }
    return tried.best(1).first?.parameters ?? whole
  }

  private func refine(from start: Tried.Point, _ search: ShrinkSearch, _ tried: inout Tried) {
    var center = start
    var step = 0.5 / Double(Self.parts)
    while step >= Self.finest {
      let neighbors = self.neighbors(of: center, step: step, search)
      for neighbor in neighbors { tried.consider(neighbor) }
      let least = neighbors.min { tried.cost(of: $0) < tried.cost(of: $1) } ?? center
      if tried.cost(of: least) < tried.cost(of: center) { center = least } else { step /= 2 }
    }
  }

  private func neighbors(
    of center: Tried.Point, step: Double, _ search: ShrinkSearch
  ) -> [Tried.Point] {
    // A share beyond the whole by a quarter still gives a step that the data can use.
    let shares = [center.share + step, center.share - step].filter { $0 > 0 && $0 <= 1.25 }
    let moved = shares.map { share in
      let scale = Double(center.parameters.scale) * share / center.share
      return Tried.Point(
        share: share,
        parameters: QuantizationParameters(
          scale: scale, zeroPoint: center.parameters.zeroPoint, grid: search.grid))
    }
    guard search.grid.family.scheme == .affine else { return moved }
    return moved
      + [1, -1].map { shift in
        Tried.Point(
          share: center.share,
          parameters: QuantizationParameters(
            scale: Double(center.parameters.scale),
            zeroPoint: center.parameters.zeroPoint + shift, grid: search.grid))
      }
  }
}

/// Quantizers that have been tried, each measured once.
private struct Tried {
  struct Point {
    let share: Double
    let parameters: QuantizationParameters
  }

  private let measure: (QuantizationParameters) -> Double
  private var costs: [QuantizationParameters: Double] = [:]
  private var points: [Point] = []

  init(measure: @escaping (QuantizationParameters) -> Double) { self.measure = measure }

  mutating func consider(_ point: Point) {
    guard costs[point.parameters] == nil else { return }
    costs[point.parameters] = measure(point.parameters)
    points.append(point)
  }

  func cost(of point: Point) -> Double { costs[point.parameters] ?? .infinity }

  /// The best so far; equal costs in the order they were tried.
  func best(_ count: Int) -> [Point] {
    let ranked = points.enumerated().sorted { left, right in
      let (first, second) = (cost(of: left.element), cost(of: right.element))
      return first != second ? first < second : left.offset < right.offset
    }
    return ranked.prefix(count).map(\.element)
  }
}
