/// The revisions of the code on which numbers depend, apart from estimators
/// (`EstimatorDescriptor.revision`) and synthetic tensors (`SyntheticTensor.revision`).
///
/// A stored cell is used again as long as its input and the revisions of the code that computed it
/// are the same. A change to that code that changes a number must raise its revision;
/// `RevisionTests` fails until it does. Instruction sets, jobs and threads do not count, because
/// results have the same bits on all of them.
package enum NumericsRevision {
  /// The revision of the code that all cells share: quantizing, measuring, the certified optimum,
  /// reading tensors and cutting them into lanes, and writing records.
  package static let shared = 2
  /// The revision of profiles.
  package static let profiles = 1
  /// The revision of preparing, quantizing and judging networks, on which rows of `networks.csv` depend.
  package static let networks = 3
}
