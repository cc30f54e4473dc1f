internal import Foundation

/// Files that are ONNX Runtime by their name.
///
/// A wheel holds `libonnxruntime.so.1.32.0` and no plain name that leads to it.
enum LibraryFiles {
  /// Libraries in a folder, a plain name first, then the highest version.
  static func inFolder(_ folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter(isLibrary).sorted(by: precedes).map { "\(folder)/\($0)" }
  }

  /// Libraries in a folder, or where release archives, wheels and `site-packages` have them in it.
  static func inTree(_ folder: String) -> [String] {
    inFolder(folder)
      + ["lib", "capi", "onnxruntime/capi"].flatMap { inFolder("\(folder)/\($0)") }
  }

  /// Libraries of the packages in an environment of Python, whatever its version.
  static func inPythonEnvironment(_ root: String) -> [String] {
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/lib")) ?? []
    return versions.filter { $0.hasPrefix("python3") }
      .sorted { $0.compare($1, options: .numeric) == .orderedDescending }
      .flatMap { inFolder("\(root)/lib/\($0)/site-packages/onnxruntime/capi") }
  }

  private static func isLibrary(_ name: String) -> Bool {
    name == "libonnxruntime.so" || name == "libonnxruntime.dylib"
      || name.hasPrefix("libonnxruntime.so.")
      || name.hasPrefix("libonnxruntime.") && name.hasSuffix(".dylib")
  }

  private static func precedes(_ one: String, _ other: String) -> Bool {
    let plain = (hasNoVersion(one), hasNoVersion(other))
    if plain.0 != plain.1 { return plain.0 }
    return one.compare(other, options: .numeric) == .orderedDescending
  }

  private static func hasNoVersion(_ name: String) -> Bool {
    name == "libonnxruntime.so" || name == "libonnxruntime.dylib"
  }
}
