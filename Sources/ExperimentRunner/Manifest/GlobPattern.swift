internal import Glibc
internal import TensorIO

/// Finds files by pattern.
enum GlobPattern {
  /// Whether a path is a pattern.
  static func isPattern(_ path: some StringProtocol) -> Bool {
    path.utf8.contains { "*?[".utf8.contains($0) }
  }

  /// Whether a path exists.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The number of folders before the first part of a path that is a pattern.
  static func literalDepth(_ pattern: String) -> Int {
    parts(pattern).prefix { !isPattern($0) }.count
  }

  /// The path without its first `depth` folders.
  static func path(_ path: String, below depth: Int) -> String {
    parts(path).dropFirst(depth).joined(separator: "/")
  }

  /// The files that match a pattern, in natural order; folders are left out.
  ///
  /// `*`, `?` and `[...]` match within a name, and a name `**` matches any number of folders, also
  /// none. No pattern matches a dot at the start of a name, and `**` follows no symbolic link to a
  /// folder, so that it visits no folder twice.
  ///
  /// - Parameters:
  /// - pattern: The pattern, relative to the folder or absolute.
  /// - directory: The folder; characters of its path are no pattern.
  /// - Returns: Paths in the form of the pattern.
  static func files(_ pattern: String, in directory: String) -> [String] {
    var search = Search(directory: directory)
    search.match(pattern.hasPrefix("/") ? "/" : "", parts(pattern)[...])
    return search.found.sorted(by: naturallyPrecedes)
  }

  /// The one path that identifies a file, however it was reached.
  static func identity(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func parts(_ path: String) -> [Substring] { path.split(separator: "/") }

  private struct Search {
    let directory: String
    var found: [String] = []
    private var seen: Set<ExactName> = []

    init(directory: String) { self.directory = directory }

    /// Matches the rest of a pattern below a folder, given as the start of a path: empty, or ending
    /// in a slash.
    mutating func match(_ folder: String, _ parts: ArraySlice<Substring>) {
      guard let part = parts.first else { return }
      let rest = parts.dropFirst()
      if part == "**" {
        // A final `**` matches the files below.
        match(folder, rest.isEmpty ? ["*"] : rest)
        for name in names(in: folder) where isFolder(folder + name, followingLinks: false) {
          match(folder + name + "/", parts)
        }
        return
      }
      for name in isPattern(part) || part.contains("\\") ? names(in: folder, part) : [String(part)]
      {
        if !rest.isEmpty {
          if isFolder(folder + name, followingLinks: true) { match(folder + name + "/", rest) }
        } else if exists(resolved(folder + name)),
          !isFolder(folder + name, followingLinks: true),
          seen.insert(ExactName(folder + name)).inserted
        {
          found.append(folder + name)
        }
      }
    }

    /// The names in a folder that match; names that begin with a dot only if the pattern does.
    private func names(in folder: String, _ pattern: Substring = "*") -> [String] {
      guard let stream = opendir(resolved(folder.isEmpty ? "." : folder)) else { return [] }
      defer { closedir(stream) }
      var names: [String] = []
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != "..", fnmatch(String(pattern), name, FNM_PERIOD) == 0 {
          names.append(name)
        }
      }
      return names
    }

    private func isFolder(_ path: String, followingLinks: Bool) -> Bool {
      var status = stat()
      let code =
        followingLinks ? stat(resolved(path), &status) : lstat(resolved(path), &status)
      return code == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private func resolved(_ path: String) -> String {
      path.hasPrefix("/") ? path : directory + "/" + path
    }
  }
}
