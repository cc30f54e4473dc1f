import Foundation
import TensorIO
import Testing
import _TestSupport

/// Data of a model in files beside it.
@Suite("ONNX models with external data")
struct ONNXExternalTests {
  /// A folder of a folder with a model, whose only tensor has two values in another file.
  private func model(
    _ entries: KeyValuePairs<String, String>, shape: [Int] = [2]
  ) throws -> (directory: Workspace, path: String) {
    let directory = try Workspace()
    for folder in ["m", "m/sub", "elsewhere"] {
      try FileManager.default.createDirectory(
        atPath: directory.path(folder), withIntermediateDirectories: true)
    }
    for file in ["m/w.bin", "m/sub/w.bin", "elsewhere/w.bin", "w.bin"] {
      _ = try directory.file(file, float32([9, 1, 2]))
    }
    let tensor = ONNX.tensor("t", shape, ONNX.external(entries))
    return (directory, try directory.file("m/x.onnx", ONNX.model([tensor])))
  }

  @Test("the library's own are read, of one file for all tensors")
  func library() throws {
    let directory = try Workspace()
    let path = try directory.file("ext.onnx", ONNX.outside)
    let data = try directory.file("ext.bin", ONNX.outsideData)
    let tensors = try TensorFile.open(path)
    #expect(tensors.map(\.member) == ["h", "w"] && tensors.map(\.path) == [path, path])
    #expect(tensors.map(\.dataPath) == [data, data])
    #expect(
      try tensors.map { try $0.load(nonFinite: .error).values }
        == [[0, 1, 2, 3], [1.5, -2.25, 0x1p-7, 448, -0x1p-9, 0.25]])
    #expect(
      tensors.map(\.dataPlace) == ["float16 (4,) at byte 24", "float32 (2, 3) at byte 0"])
    #expect(tensors.map(\.isReadableFromAnywhere) == [true, true])
  }

  @Test(
    "a file in the folder of the model or below is read",
    arguments: ["w.bin", "./w.bin", "sub/w.bin", "sub/./w.bin", "sub//w.bin", "..w"])
  func inside(location: String) throws {
    let (directory, path) = try model(["location": location, "offset": "4", "length": "8"])
    _ = try directory.file("m/..w", float32([9, 1, 2]))
    #expect(try readAll(path)[0].values == [1, 2])
    #expect(try openOne(path + "#t").dataPath == directory.path("m/\(location)"))
    withExtendedLifetime(directory) {}
  }

  @Test("without offset and length data begin at once and are as long as the shape says")
  func defaults() throws {
    let (directory, path) = try model(["location": "w.bin", "checksum": "0"])
    #expect(try readAll(path)[0].values == [9, 1])
    withExtendedLifetime(directory) {}
  }

  @Test(
    "a path that leads out of the folder is refused, whether there is a file or not",
    arguments: [
      "../w.bin", "/etc/passwd", "sub/../w.bin", "..", "sub/..", "", "../elsewhere/none", "/",
      "w.bin\u{0}", "//w.bin",
    ])
  func outside(location: String) throws {
    let (directory, path) = try model(["location": location])
    let error = try failure(path)
    #expect(error.hasPrefix("x.onnx#t: external data in "))
    #expect(error.hasSuffix("; expected a path that stays in the folder of the model"))
    withExtendedLifetime(directory) {}
  }

  @Test("a link may lead to another place in the folder, and to none outside")
  func links() throws {
    let (directory, path) = try model(["location": "link/w.bin", "offset": "4"])
    let link = directory.path("m/link")
    let manager = FileManager.default
    try manager.createSymbolicLink(atPath: link, withDestinationPath: "sub")
    #expect(try readAll(path)[0].values == [1, 2])
    for target in ["../elsewhere", directory.path("elsewhere"), "..", "sub/../.."] {
      try manager.removeItem(atPath: link)
      try manager.createSymbolicLink(atPath: link, withDestinationPath: target)
      #expect(
        try failure(path)
          == "x.onnx#t: external data in 'link/w.bin', a link to another folder; "
          + "expected a path that stays in the folder of the model")
    }
    // A folder whose name only begins like that of the model is another one.
    try manager.createDirectory(
      atPath: directory.path("m2"), withIntermediateDirectories: false)
    _ = try directory.file("m2/w.bin", float32([9, 1, 2]))
    try manager.removeItem(atPath: link)
    try manager.createSymbolicLink(atPath: link, withDestinationPath: "../m2")
    #expect(try failure(path).contains("a link to another folder"))
  }

  @Test("the folder itself may be reached by a link")
  func linkToFolder() throws {
    let (directory, _) = try model(["location": "w.bin"])
    try FileManager.default.createSymbolicLink(
      atPath: directory.path("short"), withDestinationPath: "m")
    #expect(try readAll(directory.path("short/x.onnx"))[0].values == [9, 1])
  }

  @Test(
    "places that are not in the file are refused",
    arguments: [
      (["location": "w.bin", "offset": "8"], "8 bytes at byte 8 reach beyond the end of 'w.bin'"),
      (["location": "w.bin", "offset": "13"], "8 bytes at byte 13 reach beyond"),
      (
        ["location": "w.bin", "length": "4"], "4 bytes of data at byte 0; expected 8 for shape (2,)"
      ),
      (["location": "w.bin", "offset": "-1"], "external offset '-1' at byte "),
      (["location": "w.bin", "offset": "0x4"], "external offset '0x4' at byte "),
      (["location": "w.bin", "length": "99999999999999999999"], "external length '9999"),
      (["location": "w.bin", "location": "w.bin"], "a second external location at byte "),
      (["offset": "0"], "external data without a location at byte "),
      (["location": "none.bin"], "cannot be opened: No such file or directory"),
      (["location": "sub"], "is a directory; expected a file or a pipe"),
    ] as [(KeyValuePairs<String, String>, String)])
  func faults(entries: KeyValuePairs<String, String>, reason: String) throws {
    let (directory, path) = try model(entries)
    #expect(try failure(path).contains(reason))
    withExtendedLifetime(directory) {}
  }

  @Test("a fault of one tensor is not that of the others")
  func oneFault() throws {
    let directory = try Workspace()
    let path = try directory.file(
      "x.onnx",
      ONNX.model([
        ONNX.tensor("a", [1], ONNX.external(["location": "../up.bin"])),
        ONNX.tensor("b", [1], ONNX.raw([4])),
        ONNX.tensor("c", [1], ONNX.external(["location": "none.bin"])),
      ]))
    let tensors = try TensorFile.open(path)
    #expect(tensors.map { $0.fault == nil } == [false, true, false])
    #expect(tensors[2].fault?.isMissingFile == true)
    #expect(try tensors[1].load(nonFinite: .error).values == [4])
  }

  @Test("a pipe is no place for data")
  func pipe() throws {
    let (directory, path) = try model(["location": "pipe"])
    #expect(mkfifo(directory.path("m/pipe"), 0o600) == 0)
    let writer = open(directory.path("m/pipe"), O_RDWR | O_NONBLOCK)
    defer { close(writer) }
    #expect(try failure(path).contains("is a pipe; expected a file"))
  }
}
