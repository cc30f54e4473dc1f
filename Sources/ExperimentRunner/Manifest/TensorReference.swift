internal import TensorIO
package import TensorSources

/// A tensor of an experiment: its name and its shape, without the values.
package struct TensorReference: Hashable, Sendable {
  /// The source of the values.
  package enum Origin: Hashable, Sendable {
    /// A file, or one tensor of a container.
    case file(File)
    /// Files that are batches of one tensor, in order.
    case sequence([File])
    /// A description from which the values are drawn.
    case synthetic(SyntheticTensor)
    /// A tensor of a network.
    case network(NetworkTensor)
  }

  /// One tensor in a file.
  package struct File: Hashable, Sendable {
    /// The path of the file.
    package let path: String
    /// The path as the manifest has it, with patterns resolved and without the member; records use
    /// it, so that they do not depend on the folder of the experiment.
    package let relativePath: String
    /// The path of the file with the values, which differs from ``path`` if that is an index of
    /// shards, or a model with external data.
    package let dataPath: String
    /// What the values are and where, if only the file at ``path`` says so; otherwise nil.
    package let dataPlace: String?
    /// The name of the tensor in a container; nil in a file that is one tensor.
    package let member: String?
    /// The extent of every axis; empty for a scalar.
    package let shape: [Int]

    /// The argument of `TensorFile.open`: the path, with the member of a container.
    package var specification: String { path + (member.map { "#" + $0 } ?? "") }

    /// The path of the file with the values, relative as in the manifest: shards are in the folder
    /// of their index, external data in that of the model or below.
    var relativeDataPath: String {
      guard !dataPath.isExactly(path) else { return relativePath }
      return Self.folder(of: relativePath) + dataPath.dropFirst(Self.folder(of: path).count)
    }

    private static func folder(of path: String) -> String {
      path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }
  }

  /// The name in every result: `minilm_l1_gelu`, `weights#fc1`, or that of the synthetic tensor.
  package let name: String
  /// The source of the values.
  package let origin: Origin
  /// The division of the tensor into batches.
  package let layout: BatchLayout
  /// The reason why the file cannot be used; always nil in a manifest that has a cell of the
  /// tensor.
  let fault: String?
  /// The reason why the tensor cannot be read, as far as headers tell; its cells fail.
  let unreadable: TensorFileError?

  /// Whether the shape is known, so that the axes of an experiment can be checked against it.
  var hasShape: Bool { fault == nil && unreadable == nil }

  /// The extent of every axis, of the first batch if batches are files; empty for a scalar.
  package var shape: [Int] {
    switch origin {
    case .file(let file): file.shape
    case .sequence(let files): files[0].shape
    case .synthetic(let tensor): tensor.shape
    case .network(let tensor): tensor.shape
    }
  }
}
