internal import COnnxRuntime
internal import Foundation
internal import Synchronization

/// An opened ONNX Runtime.
///
/// It is opened while the program runs and never a dependency of the build; what is opened stays open
/// until the program ends.
package final class RuntimeLibrary: Sendable {
  /// The library's version, such as `1.32.0`.
  package let version: String
  /// The file that was opened.
  package let path: String
  // The library is never closed, and its functions may be called from any thread.
  nonisolated(unsafe) let handle: OpaquePointer

  private init(_ handle: OpaquePointer) {
    self.handle = handle
    version = String(cString: rl_ort_version(handle))
    path = String(cString: rl_ort_path(handle))
  }

  /// What was opened, by the name or the real path it was opened with.
  private static let opened = Mutex<[String: RuntimeLibrary]>([:])

  /// Opens the library, or gives the one that is open.
  ///
  /// A place that is chosen, by `path` or else by `RANGELAB_ONNXRUNTIME`, is the only one: another
  /// version that is taken in silence would change results. Otherwise the first usable library of
  /// ``LibrarySearch`` is taken.
  ///
  /// - Parameter path: The library's file, or a folder that holds it; nil to look for one.
  /// - Throws: `libraryMissing` or `libraryUnusable`.
  package static func open(_ path: String? = nil) throws(RuntimeError) -> RuntimeLibrary {
    try open(LibrarySearch(path: path))
  }

  /// Opens the first usable library of a search.
  package static func open(_ search: LibrarySearch) throws(RuntimeError) -> RuntimeLibrary {
    var unusable: RuntimeError?
    let places = search.places
    for place in places {
      for file in place.files {
        do throws(RuntimeError) {
          return try opened.withLock { libraries throws(RuntimeError) in
            try open(file, in: &libraries)
          }
        } catch {
          // A name that the loader does not know is the usual case, not a fault.
          if !place.isLoader, unusable == nil { unusable = error }
        }
      }
    }
    throw unusable ?? .libraryMissing(looked: places.map(\.description))
  }

  private static func open(
    _ file: String, in libraries: inout [String: RuntimeLibrary]
  ) throws(RuntimeError) -> RuntimeLibrary {
    let key =
      file.contains("/") ? URL(fileURLWithPath: file).resolvingSymlinksInPath().path : file
    if let library = libraries[key] { return library }
    var handle: OpaquePointer?
    if let reason = rl_ort_open(key, &handle) {
      defer { free(reason) }
      throw .libraryUnusable(path: file, reason: String(cString: reason))
    }
    guard let handle else { throw .libraryUnusable(path: file, reason: "it cannot be opened") }
    let library = RuntimeLibrary(handle)
    libraries[key] = library
    return library
  }

  /// Throws what a status says, and releases it.
  func check(_ status: OpaquePointer?) throws(RuntimeError) {
    guard let status else { return }
    defer { rl_ort_release_status(handle, status) }
    throw .failed(
      code: rl_ort_code(handle, status),
      message: oneLine(String(cString: rl_ort_message(handle, status))))
  }
}
