internal import Foundation

/// Where ONNX Runtime is looked for.
package struct LibrarySearch: Sendable {
  /// A place where the library may be.
  package struct Place: Sendable, CustomStringConvertible {
    /// The place in words, as the error lists it.
    package let description: String
    /// Files and names to open, in this order; empty when there is none.
    package let files: [String]
    /// Whether these are names that the system's loader looks up.
    package let isLoader: Bool

    init(_ description: String, files: [String], isLoader: Bool = false) {
      self.description = description
      self.files = files
      self.isLoader = isLoader
    }
  }

  /// The file or folder that the caller chose.
  package var path: String?
  /// The variables of the environment.
  package var environment: [String: String]
  /// The folder of the running program.
  package var programFolder: String
  /// The folder in which it runs.
  package var currentFolder: String

  /// The search of this process.
  ///
  /// - Parameter path: The library's file, or a folder that holds it; nil to look for one.
  package init(path: String? = nil) {
    self.path = path
    environment = ProcessInfo.processInfo.environment
    let program =
      Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments.first ?? "")
    programFolder = program.resolvingSymlinksInPath().deletingLastPathComponent().path
    currentFolder = FileManager.default.currentDirectoryPath
  }

  /// The variable that names the library's file or a folder that holds it.
  package static let variable = "RANGELAB_ONNXRUNTIME"

  /// Names that the loader may know.
  static let plainNames = ["libonnxruntime.so", "libonnxruntime.so.1", "libonnxruntime.dylib"]

  /// The places, in the order in which they are tried.
  package var places: [Place] {
    if let path { return [chosen(path, by: nil)] }
    if let chosenPath = environment[Self.variable], !chosenPath.isEmpty {
      return [chosen(chosenPath, by: Self.variable)]
    }
    return [
      folder(programFolder), folder(programFolder + "/../lib"),
      Place("the loader's path", files: Self.plainNames, isLoader: true),
      virtualEnvironment, homebrew, builds(above: programFolder), builds(above: currentFolder),
    ]
  }

  private func chosen(_ path: String, by variable: String?) -> Place {
    let description = path + (variable.map { " (\($0))" } ?? "")
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      return Place(description, files: [])
    }
    // The loader takes a name without a slash for one of its own.
    let full = URL(fileURLWithPath: path).path
    return Place(description, files: isFolder.boolValue ? LibraryFiles.inTree(full) : [full])
  }

  private func folder(_ path: String) -> Place {
    let path = URL(fileURLWithPath: path).standardized.path
    return Place(path, files: LibraryFiles.inFolder(path))
  }

  private var virtualEnvironment: Place {
    guard let root = environment["VIRTUAL_ENV"], !root.isEmpty else {
      return Place("VIRTUAL_ENV (not set)", files: [])
    }
    return Place(root, files: LibraryFiles.inPythonEnvironment(root))
  }

  private var homebrew: Place {
    let prefixes =
      [environment["HOMEBREW_PREFIX"]].compactMap(\.self)
      + ["/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew"]
    let files = prefixes.flatMap { prefix in
      ["opt/onnxruntime/lib", "lib"].flatMap { LibraryFiles.inFolder("\(prefix)/\($0)") }
    }
    return Place("Homebrew", files: files)
  }

  /// What `make onnxruntime` leaves, in the checkout around a folder.
  private func builds(above start: String) -> Place {
    var folder = URL(fileURLWithPath: start).standardized
    var files: [String] = []
    while true {
      files += LibraryFiles.inTree(folder.appendingPathComponent(".build/onnxruntime").path)
      let parent = folder.deletingLastPathComponent()
      if !files.isEmpty || parent.path == folder.path { break }
      folder = parent
    }
    return Place(".build/onnxruntime at or above \(start)", files: files)
  }
}
