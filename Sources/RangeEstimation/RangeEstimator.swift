public import QuantizationCore

/// The reason why an estimator gives no quantizer.
public enum EstimationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The rule is not defined for this grid or this data.
  case notDefined(reason: String)
  /// A numerical routine failed.
  case numerical(String)
  /// A program that was run gave no answer, or one that cannot be used.
  case external(String)

  /// One line that says what happened.
  public var description: String {
    switch self {
    case .notDefined(let reason): "not defined for \(reason)"
    case .numerical(let reason), .external(let reason): reason
    }
  }
}

/// A rule that picks a quantizer for a lane.
///
/// A rule takes the statistic of one lane and a grid, and returns a scale and a zero point. It knows
/// nothing of tensors, files, threads and clocks. It is a pure function: the same statistic and grid
/// give the same quantizer.
public protocol RangeRule: Sendable {
  /// The statistic that the rule reads. Rules with the same type of statistic share one pass over the
  /// values.
  associatedtype Statistics: LaneStatistics

  /// The name, the parameters and the source of the rule.
  var descriptor: EstimatorDescriptor { get }

  /// The quantizer for a lane.
  ///
  /// - Parameters:
  ///   - statistics: A sealed statistic of at least one value.
  ///   - grid: The number format.
  /// - Throws: ``EstimationError/notDefined(reason:)`` if the rule is not defined for the grid or the
  ///   data; ``EstimationError`` for other failures.
  func parameters(
    from statistics: Statistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters
}

extension RangeRule {
  /// The quantizers of several lanes, in order.
  ///
  /// A lane without values gets the degenerate quantizer.
  ///
  /// - Throws: ``EstimationError``, also if the rule needs evenly spaced levels and the format has
  ///   others.
  func quantizers(
    of lanes: some Sequence<Statistics>, on grid: CodeGrid
  ) throws(EstimationError) -> [QuantizationParameters] {
    guard descriptor.takesAnyLevels || grid.family.table == nil else {
      throw .notDefined(reason: "\(grid): its levels are not evenly spaced")
    }
    var quantizers: [QuantizationParameters] = []
    for lane in lanes {
      quantizers.append(
        lane.count == 0
          ? QuantizationParameters(scale: 0, grid: grid)
          : try parameters(from: lane, on: grid))
    }
    return quantizers
  }
}

/// A rule that a registry finds by its name and creates from parameters.
///
/// To add an estimator, write a file with a conforming type and add the type to `BuiltInEstimators`.
/// `list`, manifests, results and the conformance suite find it there.
public protocol RangeEstimator: RangeRule {
  /// The name, the parameters and the source of the rule.
  static var descriptor: EstimatorDescriptor { get }

  /// Creates the estimator from parameters that have been checked against the descriptor.
  init(_ arguments: EstimatorArguments)
}

extension RangeEstimator {
  /// The name, the parameters and the source of the rule.
  public var descriptor: EstimatorDescriptor { Self.descriptor }
}
