internal import TensorIO
package import TensorSources

/// A tensor of an experiment: known by name and shape, its values still unread.
package struct TensorReference: Hashable, Sendable {
  /// Where the values come from.
  package enum Origin: Hashable, Sendable {
    /// A file, or one tensor of a container.
    case file(File)
    /// Files that are batches of one tensor, in order.
    case sequence([File])
    /// A description that brings the values into being.
    case synthetic(SyntheticTensor)
  }

  /// One tensor in a file.
  package struct File: Hashable, Sendable {
    /// The path of the file.
    package let path: String
    /// The path of the file as the manifest has it, with globs resolved and without the member: for
    /// records that shall not tell where the experiment was run.
    package let relativePath: String
    /// The path of the file that holds the values: another where ``path`` is an index of shards.
    package let dataPath: String
    /// The name of the tensor in a container; nil in a file that is one tensor.
    package let member: String?
    /// The extent of every axis; empty for a scalar.
    package let shape: [Int]

    /// What `TensorFile.open` takes: the path, with the member of a container.
    package var specification: String { path + (member.map { "#" + $0 } ?? "") }

    /// The path of the file that holds the values, as the manifest would have it: shards lie beside
    /// their index.
    var relativeDataPath: String {
      guard !dataPath.isExactly(path) else { return relativePath }
      let folder = relativePath.lastIndex(of: "/").map { relativePath[...$0] } ?? ""
      return "\(folder)\(dataPath.split(separator: "/").last ?? "")"
    }
  }

  /// The name in every result: `minilm_l1_gelu`, `weights#fc1`, or that of the synthetic tensor.
  package let name: String
  /// Where the values come from.
  package let origin: Origin
  /// How the tensor falls into batches.
  package let layout: BatchLayout
  /// Why the file cannot be used; never in a manifest that has a cell of the tensor.
  let fault: String?
  /// Why the tensor cannot be read, as far as headers tell: its cells fail.
  let unreadable: TensorFileError?

  /// Whether there is a shape that the axes of an experiment can be held against.
  var hasShape: Bool { fault == nil && unreadable == nil }

  /// The extent of every axis, of the first batch where batches are files; empty for a scalar.
  package var shape: [Int] {
    switch origin {
    case .file(let file): file.shape
    case .sequence(let files): files[0].shape
    case .synthetic(let tensor): tensor.shape
    }
  }
}
