internal import TensorIO

/// Gives tensors of files names of their own.
///
/// The first that wants a name has it. A later file is called by its path without the extension, and
/// where that is taken too, by its whole path: what comes later changes no name before it. All
/// tensors of one file have one name before their `#member`, and so have all shards of a checkpoint.
/// Control characters in names are escapes, so that a table can be shown.
package struct TensorNames {
  private var names: [ExactName: String] = [:]
  private var taken: Set<ExactName> = []

  /// No names yet.
  package init() {}

  /// The name of a tensor in a file.
  ///
  /// - Parameters:
  ///   - path: The path of the file as it is to be read in tables.
  ///   - identity: What tells the file from others; the path does where it is left out.
  ///   - member: The name of the tensor in a container.
  ///   - wanted: What the file shall be called; the stem of its path where it is left out.
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

  /// Keeps a name from later files.
  package mutating func take(_ name: String) { taken.insert(ExactName(name)) }

  /// One name for each tensor, in order: `w` and `b/w` for `a/w.npy` and `b/w.npy`.
  package static func unique(for files: [(path: String, member: String?)]) -> [String] {
    var names = TensorNames()
    return files.map { file in
      names.name(
        ofFile: file.path, identity: GlobPattern.identity(file.path), member: file.member)
    }
  }

  /// A path without its extension, nor what makes the file a part of a checkpoint.
  static func withoutExtension(_ path: String) -> String { folder(of: path) + fileStem(of: path) }

  /// What stands for a file: its path, or for shards and their index that of the index.
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
