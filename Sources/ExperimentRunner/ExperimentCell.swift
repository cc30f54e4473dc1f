package import RangeEstimation
package import ResultRecords

/// One cell of an experiment.
///
/// Plans have a million of them and lists of them are filtered, so a cell is 32 bytes: what those of a
/// tensor and an estimator have in common is one block of memory.
package struct ExperimentCell: Sendable {
  /// What the cells of a tensor and an estimator have in common.
  final class Source: Sendable {
    let estimator: NamedEstimator
    let tensor: TensorReference
    let tensorIndex: Int
    let origin: CellOrigin

    init(
      estimator: NamedEstimator, tensor: TensorReference, tensorIndex: Int, origin: CellOrigin
    ) {
      (self.estimator, self.tensor) = (estimator, tensor)
      (self.tensorIndex, self.origin) = (tensorIndex, origin)
    }
  }

  /// The key of the cell.
  package let key: ResultRecord.Key
  /// The hash of everything that determines the result; the store finds the cell by it.
  let address: String
  private let source: Source

  /// The estimator.
  package var estimator: NamedEstimator { source.estimator }
  /// The tensor.
  package var tensor: TensorReference { source.tensor }
  /// The index of the tensor in the manifest, which identifies it.
  var tensorIndex: Int { source.tensorIndex }
  /// The inputs and revisions on which the result depends besides the key.
  var origin: CellOrigin { source.origin }

  /// A cell of a tensor and an estimator.
  init(key: ResultRecord.Key, from source: Source) {
    (self.key, self.source) = (key, source)
    address = source.origin.address(of: key)
  }
}
