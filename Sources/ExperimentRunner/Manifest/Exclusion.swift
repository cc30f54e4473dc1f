internal import Glibc
package import QuantizationCore
internal import TensorIO

/// A description of cells to leave out: those that match all that it says.
package struct Exclusion: Hashable, Sendable {
  /// Identifiers (`percentile`) or full names (`percentile[p=99]`); nil matches every estimator.
  package let estimators: [String]?
  /// Bit widths; nil matches every one.
  package let bits: [BitWidth]?
  /// Schemes; nil matches both.
  package let schemes: [QuantizationScheme]?
  /// Names of grids, such as `narrow`; nil matches every grid.
  package let grids: [String]?
  /// Kinds (`group`) or full texts (`group:128`); nil matches every granularity.
  package let granularities: [String]?
  /// Choices of calibration batches, `all` or `0..3`; nil matches every choice.
  package let calibrations: [String]?
  /// Names of tensors, or patterns of them with `*`, `?` and `[...]`; nil matches every tensor.
  package let tensors: [String]?

  func matches(tensor: String) -> Bool {
    tensors?.contains { Self.matches(tensor: tensor, pattern: $0) } ?? true
  }

  func matches(estimator: String) -> Bool {
    estimators?.contains { Self.matches(estimator: estimator, name: $0) } ?? true
  }

  func matches(granularity: Granularity) -> Bool {
    granularities?.contains { Self.matches(granularity: granularity, text: $0) } ?? true
  }

  func matches(grid: GridFamily) -> Bool {
    schemes?.contains(grid.scheme) ?? true && grids?.contains(grid.gridName) ?? true
  }

  func matches(bits width: BitWidth) -> Bool { bits?.contains(width) ?? true }

  func matches(calibration: CalibrationChoice) -> Bool {
    calibrations?.contains { Self.matches(calibration: calibration, text: $0) } ?? true
  }

  /// A name always matches itself, because names of synthetic tensors contain brackets.
  static func matches(tensor: String, pattern: String) -> Bool {
    tensor.isExactly(pattern) || fnmatch(pattern, tensor, 0) == 0
  }

  static func matches(estimator: String, name: String) -> Bool {
    estimator == name || estimator.hasPrefix(name + "[")
  }

  /// Whether a text names the calibration batches, with or without the held-out ones.
  static func matches(calibration: CalibrationChoice, text: String) -> Bool {
    calibration.description == text || calibration.measured(on: nil).description == text
  }

  static func matches(granularity: Granularity, text: String) -> Bool {
    granularity.description == text || granularity.kind == text
  }
}
