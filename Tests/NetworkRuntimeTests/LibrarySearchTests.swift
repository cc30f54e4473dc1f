import _TestSupport
import Foundation
import NetworkRuntime
import Testing

@Suite("Search for the library")
struct LibrarySearchTests {
  let root = FileManager.default.temporaryDirectory
    .appendingPathComponent("rangelab-search-\(UUID().uuidString)").resolvingSymlinksInPath()

  /// A search of an empty machine.
  private var search: LibrarySearch {
    var search = LibrarySearch()
    search.environment = ["HOMEBREW_PREFIX": root.path + "/brew"]
    search.programFolder = root.path + "/checkout/.build/machine/release"
    search.currentFolder = root.path + "/elsewhere/deep"
    return search
  }

  private func put(_ names: String...) throws {
    for name in names {
      let file = root.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("no library".utf8).write(to: file)
    }
  }

  /// The files a search would open, without those of this machine.
  private func files(_ search: LibrarySearch) -> [String] {
    search.places.flatMap(\.files).filter { $0.hasPrefix(root.path) }
      .map { String($0.dropFirst(root.path.count + 1)) }
  }

  @Test("places are tried in order, files by their version")
  func order() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    let wheel = "onnxruntime/capi/libonnxruntime.so."
    let expected = [
      "checkout/.build/machine/release/libonnxruntime.so",
      "checkout/.build/machine/release/libonnxruntime.so.1.32.0",
      "checkout/.build/machine/release/libonnxruntime.so.1.9.0",
      "checkout/.build/machine/lib/libonnxruntime.dylib",
      "environment/lib/python3.12/site-packages/\(wheel)1.32.0",
      "environment/lib/python3.9/site-packages/\(wheel)1.31.0",
      "brew/opt/onnxruntime/lib/libonnxruntime.1.30.0.dylib",
      "checkout/.build/onnxruntime/\(wheel)1.32.0",
      "elsewhere/.build/onnxruntime/\(wheel)1.32.0",
    ]
    for name in expected.reversed() { try put(name) }
    try put(
      "checkout/.build/machine/release/libonnxruntime_providers_shared.so",
      "environment/lib/python2/site-packages/\(wheel)1.0.0")
    var search = search
    search.environment["VIRTUAL_ENV"] = root.path + "/environment"
    #expect(files(search) == expected)
    // The loader comes after the folders of the program, before all others.
    #expect(search.places.map(\.isLoader) == [false, false, true, false, false, false, false])
  }

  @Test("a place that is chosen is the only one; the caller's comes first")
  func chosen() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    try put(
      "one/lib/libonnxruntime.so.1.30.0", "two/x.so",
      "elsewhere/.build/onnxruntime/libonnxruntime.so")
    var search = search
    search.environment["RANGELAB_ONNXRUNTIME"] = root.path + "/one"
    #expect(files(search) == ["one/lib/libonnxruntime.so.1.30.0"])
    search.path = root.path + "/two/x.so"
    #expect(files(search) == ["two/x.so"])
    #expect(search.places.count == 1)
    search.environment["RANGELAB_ONNXRUNTIME"] = ""
    search.path = nil
    #expect(files(search) == ["elsewhere/.build/onnxruntime/libonnxruntime.so"])
  }

  @Test("when it is missing, one line says what to do and where it was looked for")
  func missing() throws {
    var search = search
    search.path = root.path + "/no\nfile.so"
    let error = #expect(throws: RuntimeError.self) { try RuntimeLibrary.open(search) }
    let text = try #require(error).description
    #expect(!text.contains("\n"))
    for words in [
      "make onnxruntime", "pip install onnxruntime", "RANGELAB_ONNXRUNTIME", #"/no\nfile.so"#,
    ] {
      #expect(text.contains(words), "\(text)")
    }
    search.path = nil
    let places = RuntimeError.libraryMissing(looked: search.places.map(\.description)).description
    for words in [
      "the loader's path", "VIRTUAL_ENV", "Homebrew", search.programFolder, search.currentFolder,
    ] {
      #expect(places.contains(words), "\(places)")
    }
  }

  @Test("a file that is no library, or another library, is named with the reason")
  func unusable() throws {
    defer { try? FileManager.default.removeItem(at: root) }
    try put("x.so")
    for path in [root.path + "/x.so", CommandLine.arguments[0]] {
      let error = #expect(throws: RuntimeError.self) { try RuntimeLibrary.open(path) }
      guard case .libraryUnusable(path, let reason) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(!reason.isEmpty)
    }
  }

  @Test(
    "one library is opened once",
    .enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
  func once() throws {
    let library = try #require(runtime)
    #expect(try RuntimeLibrary.open(library.path) === library)
    #expect(library.version.split(separator: ".").count == 3)
    #expect(FileManager.default.fileExists(atPath: library.path))
  }

  @Test("features of the processor are found among its flags")
  func processor() {
    #expect(
      processorFeatures(cpuinfo: "vmx flags\t: avx512f\nflags\t\t: fpu avx2 sse\n") == ["AVX2"])
    #expect(
      processorFeatures(cpuinfo: "flags : avx2 avx512f avx512_vnni")
        == ["AVX2", "AVX-512", "VNNI"])
    #expect(processorFeatures(cpuinfo: "flags : avx2 avx_vnni") == ["AVX2", "VNNI"])
    #expect(processorFeatures(cpuinfo: "Features : fp asimd").isEmpty)
  }
}
