internal import CStandardLibrary
public import QuantizationCore

/// Keeps the scale of min-max and moves the zero point until the smaller errors shrink: the
/// half-quadratic quantization of HQQ.
///
/// ```
/// S = min((qmax - qmin) / (max x - min x), 2e4),  S = 1 where max x - min x <= 1e-4
/// z = -S min x, then 20 times, with beta = 10, growing by 1 %:
///   q = clamp(roundHalfEven(x S + z), 0, qmax - qmin),  x^ = (q - z) / S
///   e = sign(x - x^) max(0, |x - x^| - |x - x^|^(0.7 - 1) / beta)
///   z = mean(q - (x - e) S);   ends at the first round in which mean |x - x^| does not fall
/// scale = 1 / S, zero point = qmin + roundHalfEven(z)
/// ```
///
/// The peer keeps z as a real number and its minimum is not widened to zero. Here z is rounded in
/// the end and clamped to the grid, which loses part of what was gained, all of it for data far
/// from zero. Not defined for symmetric grids, which have no zero point to move.
///
/// Of a lane of more values than are kept, each round goes over two points for each bin of its moment
/// table.
///
/// The library's own answers: 155 of 155 reproduced, as far as an integer code allows: the zero point
/// is rounded, and in 20 rows of data far from zero moved to the nearest code.
///
/// Known failure: only the zero point moves, so that an outlier decides the scale as in min-max.
/// Data within 1e-4 get the scale 1 and are all zero: scale equivariance does not hold there.
///
/// Source: Badri & Shaji, Half-quadratic quantization of large machine learning models, 2023;
/// the package hqq 0.2.8.
public struct HQQEstimator: RangeEstimator {
  /// Name and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "hqq", family: .search,
    summary: "the scale of min-max with a half-quadratic zero point, rounded",
    cost: "20 passes of O(n)", visitsEveryValue: true,
    reference: "Badri & Shaji 2023 (HQQ)",
    breaks: [.scaling, .everyGrid], revision: 2)

  private static let rounds = 20
  private static let power = 0.7

  /// Takes no parameters.
  public init(_ arguments: EstimatorArguments) {}

  /// The moved zero point.
  public func parameters(
    from statistics: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    guard grid.family.scheme == .affine else {
      throw .notDefined(reason: "a symmetric grid: only the zero point moves")
    }
    let (low, most) = statistics.extremes
    let width = most - low
    guard low != 0 || width > 0 else { return QuantizationParameters(scale: 0, grid: grid) }
    let inverse = width > 1e-4 ? min(Double(grid.steps) / width, 2e4) : 1
    let (zero, last) = (-low * inverse, Double(grid.steps))
    let offset: Double
    if let points = statistics.points {
      offset = Self.loopedOffset(from: zero, last) { zero, beta in
        var round = Round(zero, inverse, beta, last)
        for (value, weight) in zip(points.values, points.weights) { round.add(value, weight) }
        return round.result(statistics.count)
      }
    } else {
      let values = statistics.values
      offset =
        Self.offset(of: values, from: zero, inverse, last)
        ?? Self.loopedOffset(from: zero, last) { zero, beta in
          var round = Round(zero, inverse, beta, last)
          for value in values { round.add(Double(value), 1) }
          return round.result(values.count)
        }
    }
    return QuantizationParameters(
      scale: 1 / inverse, zeroPoint: grid.minimumCode + Int(offset), grid: grid)
  }

  /// The rounded zero point of a long lane, from sums; nil if they do not tell it, or if so many values
  /// need a power that the loop takes no longer.
  private static func offset(
    of values: [Float], from zero: Double, _ inverse: Double, _ last: Double
  ) -> Double? {
    guard values.count >= HQQRounds.leastCount, 0.5 <= threshold(beta: 10) * inverse else {
      return nil
    }
    var (beta, thresholds) = (10.0, [Double]())
    for _ in 0..<rounds {
      thresholds.append(threshold(beta: beta))
      beta *= 1.01
    }
    return HQQRounds(values, inverse: inverse, last: last)
      .zeroPoint(from: zero, rounds: rounds, thresholds: thresholds)
  }

  /// The rounded zero point, from rounds over all values.
  private static func loopedOffset(
    from zero: Double, _ last: Double,
    _ improved: (_ zero: Double, _ beta: Double) -> (zero: Double, error: Double)
  ) -> Double {
    var (zero, beta, least) = (zero, 10.0, Double.infinity)
    for _ in 0..<rounds {
      let round = improved(zero, beta)
      zero = round.zero
      guard round.error < least else { break }
      least = round.error
      beta *= 1.01
    }
    return min(max(zero.rounded(.toNearestOrEven), 0), last)
  }

  /// The magnitude up to which errors keep nothing, by more than what a power is off.
  private static func threshold(beta: Double) -> Double { pow(beta, 1 / (power - 2)) * (1 - 1e-9) }

  /// One round: the next zero point and the mean error of the one given.
  private struct Round {
    private let zero: Double
    private let inverse: Double
    private let beta: Double
    private let last: Double
    /// Most values need no power.
    private let least: Double
    private var (total, error) = (0.0, 0.0)

    init(_ zero: Double, _ inverse: Double, _ beta: Double, _ last: Double) {
      (self.zero, self.inverse, self.beta, self.last) = (zero, inverse, beta, last)
      least = threshold(beta: beta)
    }

    @inline(__always)
    mutating func add(_ value: Double, _ weight: Double) {
      let position = value * inverse
      let code = min(max(position + zero, 0), last).roundedHalfEven
      // In steps; the threshold is in units of x.
      let difference = position - (code - zero)
      let magnitude = abs(difference) / inverse
      error += weight * magnitude
      let kept = magnitude > least ? max(0, magnitude - pow(magnitude, power - 1) / beta) : 0
      total += weight * (code - position + (difference < 0 ? -kept : kept) * inverse)
    }

    func result(_ count: Int) -> (zero: Double, error: Double) {
      (total / Double(count), error / Double(count))
    }
  }
}
