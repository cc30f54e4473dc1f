internal import TensorIO

/// Gives tensors of files names of their own.
///
/// The first that wants a name has it. A later file is called by its path without the extension, and
/// where that is taken too, by its whole path: what comes later changes no name before it. All
/// tensors of one file have one name before their `#member`.
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
    let suffix = member.map { "#" + $0 } ?? ""
    let file = ExactName(identity ?? path)
    if let name = names[file] { return name + suffix }
    let spellings = [wanted ?? Self.stem(path), Self.withoutExtension(path)]
    let name = spellings.first { !taken.contains(ExactName($0)) } ?? path
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

  /// The last part of a path without its extension.
  static func stem(_ path: String) -> String {
    withoutExtension(String(path.split(separator: "/").last ?? ""))
  }

  /// A path without its extension; without all of it for the index of a sharded model.
  static func withoutExtension(_ path: String) -> String {
    let index = ".safetensors.index.json"
    if path.hasSuffix(index), path.count > index.count { return String(path.dropLast(index.count)) }
    guard let dot = path.lastIndex(of: "."), dot > path.startIndex,
      path[path.index(before: dot)] != "/", !path[dot...].contains("/")
    else { return path }
    return String(path[..<dot])
  }
}
