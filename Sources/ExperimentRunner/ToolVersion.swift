internal import QuantizationKernels

/// The version of RangeLab, for provenance and `--version`.
package enum ToolVersion {
  /// The version in CHANGELOG.md.
  package static let current = "0.1.0"

  static var kernelPath: String { KernelPath.best.description }
}
