/// The revisions of what numbers depend on besides the rules, which have revisions of their own
/// (`EstimatorDescriptor.revision`), and the synthetic tensors (`SyntheticTensor.revision`).
///
/// A kept cell is used again as long as its input and the revisions of what computed it are the same,
/// whatever else of the program has changed. Whoever changes a number raises the revision of the part
/// that computes it; `RevisionTests` fails until that is done. Instruction sets, jobs and threads are
/// no part of it: results have the same bits on each.
package enum NumericsRevision {
  /// Of everything that all cells share: quantizing, measuring, the certified optimum, how tensors are
  /// read and cut into lanes, and how a record is written.
  package static let shared = 2
  /// Of the profiles of tensors.
  package static let profiles = 1
}
