internal import Glibc

/// Finds files by pattern.
enum GlobPattern {
  private static let special: Set<Character> = ["*", "?", "["]

  /// Whether a path is a pattern at all.
  static func isPattern(_ path: String) -> Bool { path.contains(where: special.contains) }

  /// Whether something is at a path.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The files that match a pattern, sorted; folders are left out.
  ///
  /// - Parameters:
  ///   - pattern: what to look for, relative to the folder or absolute.
  ///   - directory: the folder; whatever stands in its path is no pattern.
  /// - Returns: paths in the form of the pattern.
  static func files(_ pattern: String, in directory: String) -> [String] {
    let isAbsolute = pattern.hasPrefix("/")
    let prefix = isAbsolute ? "" : directory + "/"
    let escaped = prefix.reduce(into: "") { result, character in
      if special.contains(character) || character == "\\" { result.append("\\") }
      result.append(character)
    }
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(escaped + pattern, GLOB_MARK | GLOB_NOSORT, nil, &found) == 0 else { return [] }
    let paths = (0..<Int(found.gl_pathc)).compactMap { index in
      found.gl_pathv[index].map { String(cString: $0) }
    }
    return paths.filter { !$0.hasSuffix("/") && $0.hasPrefix(prefix) }
      .map { String($0.dropFirst(prefix.count)) }.sorted()
  }

  /// The one path by which a file is known, however it was reached.
  static func identity(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
