internal import TensorIO

/// Gives each tensor of a file a unique name.
///
/// The first file to prefer a name gets it. A later file has its path without the extension as its
/// name or, if that is taken too, its whole path; it never changes an earlier name. All tensors of
/// one file have the same name before their `#member`, and so have all shards of a checkpoint.
/// Control characters in names are escaped, so that tables can be printed.
package struct TensorNames {
  private var names: [ExactName: String] = [:]
  private var taken: Set<ExactName> = []

  /// No names yet.
  package init() {}

  /// The name of a tensor in a file.
  ///
  /// - Parameters:
  /// - path: The path of the file in tables.
  /// - identity: The text that distinguishes the file from others; the path by default.
  ///   - member: The name of the tensor in a container.
  /// - wanted: The preferred name of the file; the stem of its path by default.
  package mutating func name(
    ofFile path: String, identity: String? = nil, member: String? = nil, wanted: String? = nil
  ) -> String {
    let suffix = printable(member.map { "#" + $0 } ?? "", limit: .max)
    let file = ExactName(Self.checkpoint(identity ?? path))
    if let name = names[file] { return name + suffix }
    let spellings = [wanted ?? fileStem(of: path), Self.withoutExtension(path), path]
      .map { printable($0, limit: .max) }
    let name = spellings.first { !taken.contains(ExactName($0)) } ?? spellings[2]
    names[file] = name
    taken.insert(ExactName(name))
    return name + suffix
  }

  /// Reserves a name.
  package mutating func take(_ name: String) { taken.insert(ExactName(name)) }

  /// The name of each tensor, in order: `w` and `b/w` for `a/w.npy` and `b/w.npy`.
  package static func unique(for files: [(path: String, member: String?)]) -> [String] {
    var names = TensorNames()
    return files.map { file in
      names.name(
        ofFile: file.path, identity: GlobPattern.identity(file.path), member: file.member)
    }
  }

  /// A path without its extension, and without the part that numbers a shard of a checkpoint.
  static func withoutExtension(_ path: String) -> String { folder(of: path) + fileStem(of: path) }

  /// The path that identifies a file; for shards and their index, the path of the index.
  private static func checkpoint(_ path: String) -> String {
    let file = path.split(separator: "/").last ?? ""
    let stem = file.lastIndex(of: ".").map { file[..<$0] } ?? file
    let whole = withoutExtension(path)
    let isWhole = (folder(of: path) + stem).isExactly(whole)
    return isWhole ? path : whole + ".safetensors.index.json"
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }
}
