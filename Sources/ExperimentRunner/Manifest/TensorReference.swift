public import TensorSources

/// A tensor of an experiment: known by name and shape, its values still unread.
public struct TensorReference: Hashable, Sendable {
  /// Where the values come from.
  public enum Origin: Hashable, Sendable {
    /// A file, or one tensor of a container.
    ///
    /// - `specification`: what `TensorFile.open` takes, with the member of a container.
    /// - `relativePath`: the path of the file as the manifest has it, with globs resolved and
    ///   without the member: for records that shall not tell where the experiment was run.
    case file(specification: String, relativePath: String)
    /// Files that are batches of one tensor, in order.
    case sequence([BatchFile])
    /// A description that brings the values into being.
    case synthetic(SyntheticTensor)
  }

  /// A file of a sequence of batches.
  public struct BatchFile: Hashable, Sendable {
    /// What `TensorFile.open` takes, with the member of a container.
    public let specification: String
    /// The path of the file as the manifest has it, with globs resolved and without the member.
    public let relativePath: String
  }

  /// The name in every result: `minilm_l1_gelu`, `weights#fc1`, or that of the synthetic tensor.
  public let name: String
  /// The extent of every axis, of the first batch where batches are files; empty for a scalar.
  public let shape: [Int]
  /// Where the values come from.
  public let origin: Origin
  /// How the tensor falls into batches.
  public let layout: BatchLayout
}
