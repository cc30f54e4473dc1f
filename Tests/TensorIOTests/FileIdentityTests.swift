import _TestSupport
import Foundation
import TensorIO
import Testing

@Suite("File identity")
struct FileIdentityTests {
  @Test("links lead to one file, a copy is another, and nothing has none")
  func names() throws {
    let directory = try Workspace()
    let path = try directory.file("a", [1, 2])
    let copy = try directory.file("b", [1, 2])
    try FileManager.default.createSymbolicLink(
      atPath: directory.path("soft"), withDestinationPath: "a")
    try FileManager.default.linkItem(atPath: path, toPath: directory.path("hard"))
    let identity = try #require(FileIdentity(path: path))
    #expect(FileIdentity(path: directory.path("soft")) == identity)
    #expect(FileIdentity(path: directory.path("hard")) == identity)
    #expect(FileIdentity(path: directory.path + "/./a") == identity)
    #expect(FileIdentity(path: copy) != identity)
    #expect(FileIdentity(path: directory.path("none")) == nil)
  }

  @Test("a version tells a write and a replacement, and an open file keeps its own")
  func versions() throws {
    let directory = try Workspace()
    let path = try directory.file("a", [1, 2])
    let before = try #require(FileVersion(path: path))
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    #expect(FileVersion(descriptor: file.fileDescriptor) == before)
    #expect(FileVersion(path: path) == before)
    // `file` writes in another file and renames it.
    _ = try directory.file("new", [1, 2])
    #expect(rename(directory.path("new"), path) == 0)
    #expect(try #require(FileVersion(path: path)).identity != before.identity)
    #expect(try #require(FileVersion(descriptor: file.fileDescriptor)).identity == before.identity)
    let replaced = FileVersion(path: path)
    try extend(path, to: 3)
    #expect(FileVersion(path: path) != replaced)
    #expect(FileVersion(path: path)?.size == 3)
  }
}
