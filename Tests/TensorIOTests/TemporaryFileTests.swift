import _TestSupport
import Foundation
import TensorIO
import Testing

/// What killed processes leave behind.
@Suite("Temporary files")
struct TemporaryFileTests {
  @Test("leftovers are removed by the next file in their directory, and nothing else")
  func sweeping() throws {
    let directory = try Workspace()
    let readOnly = try directory.file(".rangelab-0z.tmp", [1])
    chmod(readOnly, 0o400)
    _ = try directory.file(".rangelab-1a2b3c4d5e6f7.tmp", [])
    let kept = [
      ".rangelab-.tmp", ".rangelab-A.tmp", ".rangelab-a", "rangelab-a.tmp",
      ".rangelab-a.b.tmp", ".rangelab-aaaaaaaaaaaaaa.tmp",
    ]
    for name in kept { _ = try directory.file(name, []) }
    #expect(mkfifo(directory.path(".rangelab-f.tmp"), 0o600) == 0)
    try FileManager.default.createDirectory(
      atPath: directory.path(".rangelab-d.tmp"), withIntermediateDirectories: false)
    let target = try directory.file("precious", [7])
    try FileManager.default.createSymbolicLink(
      atPath: directory.path(".rangelab-l.tmp"), withDestinationPath: "precious")
    let start = ContinuousClock.now
    try writeAtomically("x", to: directory.path("out"))
    #expect(ContinuousClock.now - start < .seconds(5))
    let others = [".rangelab-d.tmp", ".rangelab-f.tmp", ".rangelab-l.tmp", "out", "precious"]
    #expect(try directory.names() == (kept + others).sorted())
    #expect(try contents(target) == [7])
  }

  @Test("a file that is being written is locked, so that no other process takes it away")
  func locks() throws {
    let directory = try Workspace()
    let path = directory.path("out")
    func check(_ file: consuming AtomicFile) throws {
      let name = try #require(try directory.names().first { $0.hasPrefix(".rangelab-") })
      let descriptor = open(directory.path(name), O_RDWR)
      defer { close(descriptor) }
      #expect(flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
      let bytes: [UInt8] = [1, 2]
      try file.write(bytes.span.bytes)
      try file.commit()
    }
    try check(try AtomicFile(path: path))
    #expect(try contents(path) == [1, 2])
    #expect(try directory.names() == ["out"])
    // The final file is free.
    let descriptor = open(path, O_RDWR)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
  }

  @Test("a leftover that another process has locked stays")
  func foreignLock() throws {
    let directory = try Workspace()
    let leftover = try directory.file(".rangelab-busy.tmp", [1])
    let descriptor = open(leftover, O_RDWR)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    try writeAtomically("x", to: directory.path("out"))
    #expect(try directory.names() == [".rangelab-busy.tmp", "out"])
  }
}
