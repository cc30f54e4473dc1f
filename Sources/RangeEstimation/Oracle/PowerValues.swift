internal import CStandardLibrary
internal import QuantizationCore
internal import QuantizationKernels

/// The values of a lane, and the power p of errors to sum.
///
/// Values and scales are divided by a unit.
///
/// The unit is a power of two, so the division does not round. No power of the quotients overflows.
struct PowerValues {
  /// p.
  let power: Double
  /// The unit: the smallest power of two that is not less than any magnitude.
  let unit: Double
  /// The range from the smallest to the largest value, widened to zero, divided by the unit.
  let range: ClippingRange
  /// The number of values.
  let count: Int
  /// All values, ascending; none where there are points.
  private let values: [Float]
  /// The values of a moment table in units, with weights; none where all values are known.
  private var points: (values: [Double], weights: [Double]) = ([], [])
  /// The values in blocks of falling sizes; none if there are so few values that sums take no time, or
  /// p < 2.
  private var blocks: [PowerBlocks] = []
  /// The sum of the powers of the magnitudes; nil where ``blocks`` has none.
  private(set) var energy: Double?

  /// Takes finite values in ascending order, of which at least one is not zero, and their range.
  init(_ values: [Float], range: ClippingRange, power: Double) {
    self.init(values, count: values.count, range, power)
  }

  /// Takes the points of a moment table, of which at least one is not zero, the number of its values and
  /// their range.
  init(_ points: BinPoints, count: Int, range: ClippingRange, power: Double) {
    self.init([], count: count, range, power)
    self.points = (points.values.map { $0 / unit }, points.weights)
  }

  private init(_ values: [Float], count: Int, _ range: ClippingRange, _ power: Double) {
    self.values = values
    self.count = count
    self.power = power
    unit = exp2(log2(max(-range.lower, range.upper)).rounded(.up))
    self.range = ClippingRange(range.lower / unit, range.upper / unit)
  }

  private struct BlockForm: Hashable {
    let unit: Double
    let size: Int
  }

  private struct EnergyForm: Hashable {
    let unit: Double
    let power: Double
  }

  /// The same values, with what bounds of sums need.
  ///
  /// - Parameters:
  ///   - sizes: The numbers of values in a block, falling.
  ///   - cache: Keeps it for other number formats; nil for none.
  /// - Complexity: O(n).
  func withBounds(blockSizes sizes: [Int], cached cache: DerivedValueCache?) -> PowerValues {
    var prepared = self
    prepared.blocks = sizes.map { size in
      let make = { PowerBlocks(ascending: values, unit: unit, size: size) }
      return cache?.value(BlockForm(unit: unit, size: size), make: make) ?? make()
    }
    let energy = { sums(scale: Self.nearZero, codes: -1...1).cost }
    prepared.energy = cache?.value(EnergyForm(unit: unit, power: power), make: energy) ?? energy()
    return prepared
  }

  /// A scale at which every error is the magnitude itself, whatever the codes are: the product of a
  /// code and this is far below the last place of any Float.
  static let nearZero = 0x1p-900

  /// The sums at a scale that is divided by the unit.
  func sums(scale: Double, codes: ClosedRange<Int>) -> PowerSums {
    guard points.values.isEmpty else {
      return Kernels.powerSums(
        of: points.values.span, weights: points.weights.span, scale: scale, codes: codes,
        power: power)
    }
    return Kernels.powerSums(of: values.span, unit: unit, scale: scale, codes: codes, power: power)
  }

  /// Whether ``bounds(scale:codes:)`` are known.
  var hasBounds: Bool { !blocks.isEmpty }

  /// Bounds of the sums at a scale that is divided by the unit; nil if there are too few values.
  ///
  /// - Parameter detail: 0 for the bounds that take least time, 1 for closer ones; nil for more.
  func bounds(scale: Double, codes: ClosedRange<Int>, detail: Int = 0) -> PowerBounds? {
    guard blocks.indices.contains(detail) else { return nil }
    return blocks[detail].bounds(of: values.span, scale: scale, codes: codes, power: power)
  }

  /// A lower bound of the sum of `|x - x^|^p` at a scale, divided by the unit, and at all smaller ones:
  /// the part of the values beyond the outermost level, which grows as the scale shrinks.
  func clipped(scale: Double, codes: ClosedRange<Int>) -> Double {
    let (lowest, highest) = (
      Double(codes.lowerBound) * scale * unit, Double(codes.upperBound) * scale * unit
    )
    let low = partitionPoint(0..<count) { Double(values[$0]) >= lowest }
    let high = partitionPoint(low..<count) { Double(values[$0]) > highest }
    return [0..<low, high..<count].reduce(0) { sum, range in
      sum
        + Kernels.powerSums(
          of: values.span.extracting(range), unit: unit, scale: scale, codes: codes, power: power
        ).cost
    } * (1 - 1e-9)
  }

  /// A scale up to which the clipping error of the smallest or the largest value alone is above
  /// `cost`; 0 if there is none.
  func hopelessScale(codes: ClosedRange<Int>, above cost: Double) -> Double {
    // The margins are larger than the rounding errors of errors and powers.
    let clipped = pow(cost, 1 / power) * (1 + 1e-9) + 1e-14
    func scale(_ magnitude: Double, _ code: Int) -> Double {
      magnitude > clipped ? (magnitude - clipped) / Double(code) : 0
    }
    return max(scale(range.upper, codes.upperBound), scale(-range.lower, -codes.lowerBound))
  }

  /// The sum of `|x - x^|^p`, in units to the power p.
  ///
  /// Sums of quantizers can be compared, but not those of different p.
  func error(of parameters: QuantizationParameters) -> Double {
    error(of: parameters, below: .infinity)
  }

  /// The same sum; infinity if the clipping error of one value alone is above a bound.
  func error(of parameters: QuantizationParameters, below bound: Double) -> Double {
    let least = parameters.grid.minimumCode - parameters.zeroPoint
    let most = parameters.grid.maximumCode - parameters.zeroPoint
    let scale = Double(parameters.scale) / unit
    if bound < .infinity {
      let clipped = max(range.upper - Double(most) * scale, Double(least) * scale - range.lower, 0)
      // The powers of the kernel have a relative error of 1e-10.
      if pow(clipped, power) > bound * (1 + 1e-9) { return .infinity }
    }
    return sums(scale: scale, codes: least...most).cost
  }

  /// The candidate with the least sum; the first one of equals, and nil without candidates.
  ///
  /// If bounds are known, only candidates are summed that no bounds tell apart.
  func leastError(among candidates: [QuantizationParameters]) -> QuantizationParameters? {
    guard hasBounds else { return firstBest(candidates) { error(of: $0, below: $1) } }
    var known: Set<QuantizationParameters> = []
    var open = candidates.indices.filter { known.insert(candidates[$0]).inserted }
      .map { (index: $0, floor: 0.0) }
    for detail in blocks.indices where open.count > 1 {
      let found = open.map { (index: $0.index, bounds: bounds(of: candidates[$0.index], detail)) }
      let most = found.reduce(Double.infinity) { min($0, $1.bounds?.most ?? .infinity) }
      open = found.map { ($0.index, $0.bounds?.least ?? 0) }.filter { $0.1 <= most }
    }
    guard open.count > 1 else { return open.first.map { candidates[$0.index] } }
    var best: (index: Int, cost: Double)?
    for (index, floor) in open.sorted(by: { $0.floor < $1.floor }) {
      if let best, floor > best.cost { break }
      let cost = error(of: candidates[index])
      if best.map({ (cost, index) < ($0.cost, $0.index) }) ?? true { best = (index, cost) }
    }
    return best.map { candidates[$0.index] }
  }

  private func bounds(of parameters: QuantizationParameters, _ detail: Int) -> PowerBounds? {
    bounds(
      scale: Double(parameters.scale) / unit,
      codes: parameters.grid.minimumCode - parameters.zeroPoint...parameters.grid.maximumCode
        - parameters.zeroPoint, detail: detail)
  }
}
