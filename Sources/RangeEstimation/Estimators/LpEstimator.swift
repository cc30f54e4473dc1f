public import QuantizationCore

/// Finds the range with the least sum of a power of the errors.
///
/// ```
/// scale, zero point = argmin sum |x - x^(scale, zero point)|^p,   1 <= p <= 8, default 2.4
/// ```
///
/// p = 2 is `mse`. For p > 2 and up to 8 bits a zero point is solved to the global optimum by the
/// same branch and bound, to a relative gap of 1e-6. On affine grids a lane of up to 8192 / 2^bits
/// values has all its zero points searched; of a longer one neighbors of the zero point of `mse` are
/// tried as long as they are better. For p < 2, where the error has no bounded curvature, and beyond
/// 8 bits it is a search without certificate: ranges whose ends are eighths of min-max, then a
/// descent end by end, from there and from `mse`. Where `mse` keeps every value, its answer, the
/// tightest range that does, is the answer for every p. Of a lane of more values than are kept, the sums
/// are those of two points for each bin of its moment table.
///
/// Known failure: a large p is min-max with extra steps; p = 1 may prefer to lose a tail, and its
/// cost has many valleys of which one is followed.
///
/// Source: Nahshan et al., Loss aware post-training quantization (LAPQ), 2019; p = 2.4 is GPTQ's.
public struct LpEstimator: RangeEstimator {
  /// Name, parameter and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "lp", family: .search,
    summary: "the least sum of the p-th powers of errors, by branch and bound for p >= 2",
    parameters: [Self.power],
    cost: "30 to 200 measurements of O(n) a zero point", visitsEveryValue: true,
    reference: "Nahshan et al. 2019 (LAPQ)", revision: 2)

  private static let power = Parameter<Double>(
    "p", in: 1...8, default: 2.4, meaning: "power of the error", isAlwaysNamed: true)

  private let power: Double

  /// Takes `p`.
  public init(_ arguments: EstimatorArguments) { power = arguments[Self.power] }

  /// The best quantizer found.
  public func parameters(
    from statistics: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let leastSquares = LeastSquares.solve(statistics, on: grid)
    let squares = leastSquares.parameters
    // Where no value has an error, no power of the errors is less.
    guard !leastSquares.isExact, power != 2 else { return squares }
    guard power > 2, grid.bits.fitsByte else {
      var search = RangeSearch(
        grid: grid, data: statistics.range, cost: statistics.powers(power, on: grid).error(of:))
      search.consider(squares)
      search.scan()
      search.descend()
      return search.best
    }
    let solution = LeastPowers.solve(statistics, power: power, on: grid, from: squares)
    // Rounding the scale to Float32 can lose what an exactly representable range keeps; of equals, the
    // range that covers.
    let covering = QuantizationParameters(covering: statistics.range, on: grid)
    let candidates = [covering, squares, solution.parameters]
    return statistics.powers(power, on: grid).leastError(among: candidates) ?? squares
  }
}
