public import QuantizationCore

/// Where estimators meet: the values that are measured, the codes, and what shares a range.
///
/// All records of a setting have the same certified optimum.
public struct MeasuredSetting: Hashable, Sendable {
  /// The name of the tensor.
  public let tensor: String
  /// The codes.
  public let grid: CodeGrid
  /// What shares a range.
  public let granularity: Granularity
  /// The batches that are measured; nil where all values are.
  public let heldOut: BatchSet?
}

extension ResultRecord.Key {
  /// Where this cell meets others.
  public var setting: MeasuredSetting {
    MeasuredSetting(
      tensor: tensor, grid: grid, granularity: granularity, heldOut: split?.heldOut)
  }
}
