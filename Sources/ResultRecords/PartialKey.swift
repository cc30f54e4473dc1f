package import QuantizationCore
package import TensorIO

/// A key without some of its parts: where cells meet that differ in nothing else.
///
/// Parts that were left out are nil in all of them.
package struct PartialKey: Hashable, Sendable {
  /// The tensor or the model.
  package let subject: ExactName?
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
    case subject, estimator, bits, family, granularity, calibration, heldOut
  }

  /// The key without some of its parts; without none, all of it.
  package func without(_ parts: Part...) -> PartialKey { without(Set(parts)) }

  /// The key without some of its parts.
  package func without(_ parts: Set<Part>) -> PartialKey {
    func kept<Value>(_ part: Part, _ value: Value?) -> Value? {
      parts.contains(part) ? nil : value
    }
    return PartialKey(
      subject: kept(.subject, subjectName), estimator: kept(.estimator, estimatorName),
      bits: kept(.bits, grid.bits), family: kept(.family, grid.family),
      granularity: kept(.granularity, granularity),
      calibration: kept(.calibration, split?.calibration), heldOut: kept(.heldOut, split?.heldOut))
  }

  /// Where estimators meet: the values that are measured, the codes, and what shares a range.
  ///
  /// All records of a setting have the same certified optimum.
  package var setting: PartialKey { without(.estimator, .calibration) }
}

extension PartialKey: Encodable {
  /// The names of the columns of keys.
  private enum CodingKeys: String, CodingKey {
    case tensor, estimator, bits, scheme, grid, granularity, calibration
    case heldOut = "held_out"
  }

  /// Writes the parts there are under the names of their columns.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encodeIfPresent(subject?.text, forKey: .tensor)
    try object.encodeIfPresent(estimator?.text, forKey: .estimator)
    try object.encodeIfPresent(bits?.count, forKey: .bits)
    try object.encodeIfPresent(family?.scheme.rawValue, forKey: .scheme)
    try object.encodeIfPresent(family?.gridName, forKey: .grid)
    try object.encodeIfPresent(granularity?.description, forKey: .granularity)
    try object.encodeIfPresent(calibration?.description, forKey: .calibration)
    try object.encodeIfPresent(heldOut?.description, forKey: .heldOut)
  }
}
