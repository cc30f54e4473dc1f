public import QuantizationCore

/// Why an estimator gave no answer.
public enum EstimationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The method has no meaning for this grid or this data; the reason says why.
  case notDefined(reason: String)
  /// A numerical routine failed.
  case numerical(String)
  /// A program that was asked gave no answer, or none that can be used.
  case external(String)

  /// One line that says what happened.
  public var description: String {
    switch self {
    case .notDefined(let reason): "not defined for \(reason)"
    case .numerical(let reason), .external(let reason): reason
    }
  }
}

/// A rule that picks the range a lane is quantized to.
///
/// A rule sees the statistic of one lane and a grid, and answers with a scale and a zero point.
/// Channels, groups, files, threads and clocks are outside of it. It is a pure function: the same
/// statistic and grid give the same answer.
public protocol RangeRule: Sendable {
  /// What the rule needs to know of a lane. Rules that share a type share its pass.
  associatedtype Statistics: LaneStatistics

  /// The name, the parameters and the source of the method.
  var descriptor: EstimatorDescriptor { get }

  /// The quantizer for a lane.
  ///
  /// - Parameters:
  ///   - statistics: A sealed statistic of at least one value.
  ///   - grid: The codes to use.
  /// - Throws: ``EstimationError/notDefined(reason:)`` where the method has no meaning.
  func parameters(
    from statistics: Statistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters
}

extension RangeRule {
  /// The quantizer of each of some lanes; one without values gets the degenerate quantizer.
  ///
  /// - Throws: ``EstimationError``, also where the rule cannot take the levels of the format.
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

/// A rule that a registry knows by its name and parameters.
///
/// To add one, write a file with a type that conforms and add the type to `BuiltInEstimators`;
/// `list`, manifests, results and the conformance suite find it there.
public protocol RangeEstimator: RangeRule {
  /// The name, the parameters and the source of the method.
  static var descriptor: EstimatorDescriptor { get }

  /// Creates the estimator from parameters that have been checked against the descriptor.
  init(_ arguments: EstimatorArguments)
}

extension RangeEstimator {
  /// The name, the parameters and the source of the method.
  public var descriptor: EstimatorDescriptor { Self.descriptor }
}
