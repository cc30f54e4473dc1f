internal import QuantizationKernels

/// The version of RangeLab, for provenance and `--version`.
public enum ToolVersion {
  /// The version in CHANGELOG.md.
  public static let current = "0.1.0"

  static var kernelPath: String { KernelPath.best.description }
}
