package import QuantizationCore
package import TensorIO

/// A key without some of its parts: where cells meet that differ in nothing else.
///
/// Parts that were left out are nil in all of them.
package struct PartialKey: Hashable, Sendable {
  /// The tensor.
  package let tensor: ExactName?
  /// The estimator.
  package let estimator: ExactName?
  /// The number of bits.
  package let bits: BitWidth?
  /// The scheme and the range of codes.
  package let family: GridFamily?
  /// What shares a range.
  package let granularity: Granularity?
  /// The batches that ranges were chosen on; nil also where all values were.
  package let calibration: BatchSet?
  /// The batches that were measured; nil also where all values were.
  package let heldOut: BatchSet?
}

extension ResultRecord.Key {
  /// The parts of a key.
  package enum Part: CaseIterable, Sendable {
    case tensor, estimator, bits, family, granularity, calibration, heldOut
  }

  /// The key without some of its parts.
  package func without(_ parts: Part...) -> PartialKey {
    func kept<Value>(_ part: Part, _ value: Value?) -> Value? {
      parts.contains(part) ? nil : value
    }
    return PartialKey(
      tensor: kept(.tensor, tensorName), estimator: kept(.estimator, estimatorName),
      bits: kept(.bits, grid.bits), family: kept(.family, grid.family),
      granularity: kept(.granularity, granularity),
      calibration: kept(.calibration, split?.calibration), heldOut: kept(.heldOut, split?.heldOut))
  }

  /// Where estimators meet: the values that are measured, the codes, and what shares a range.
  ///
  /// All records of a setting have the same certified optimum.
  package var setting: PartialKey { without(.estimator, .calibration) }
}
