import Foundation
import TensorIO
import Testing
import _TestSupport

@Suite("IDX files")
struct IDXFileTests {
  private let work: Workspace

  init() throws { work = try Workspace() }

  private static let header: [UInt8] = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 1, 2]
  private static let elements = (0..<516).map { UInt8(truncatingIfNeeded: $0) }

  @Test func `bytes and lengths, big-endian`() throws {
    try work.write(Self.header + Self.elements, to: "a")
    let file = try IDXFile(path: work.path("a"))
    #expect(file.shape == [2, 258] && file.elements == Self.elements)
    #expect(IDXFile.path(work.path("a")) == work.path("a"))
    #expect(IDXFile.path(work.path("b")) == nil)
  }

  @Test func `gzipped files are found beside plain ones`() throws {
    try work.write(Self.header + Self.elements, to: "a")
    let zip = Process()
    zip.executableURL = URL(filePath: "/usr/bin/env")
    zip.arguments = ["gzip", work.path("a")]
    try zip.run()
    zip.waitUntilExit()
    #expect(IDXFile.path(work.path("a")) == work.path("a.gz"))
    #expect(try IDXFile(path: work.path("a.gz")).elements == Self.elements)
    let bytes = try work.bytes("a.gz")
    try work.write(bytes.prefix(bytes.count / 2), to: "half.gz")
    #expect(throws: TensorFileError.self) { try IDXFile(path: work.path("half.gz")) }
  }

  @Test func `files that are none`() throws {
    let all = Self.header + Self.elements
    for (name, bytes) in [
      ("empty", []), ("start", all.prefix(3)), ("short", all.dropLast()), ("long", all + [1]),
      ("floats", [0, 0, 13] + all.dropFirst(3)), ("axes", [0, 0, 8, 9] + all.dropFirst(4)),
      ("numpy", Array("\u{93}NUMPY".utf8) + all),
      ("huge", [0, 0, 8, 4] + [UInt8](repeating: 255, count: 16)),
    ] as [(String, any Collection<UInt8>)] {
      try work.write(Array(bytes), to: name)
      do {
        _ = try IDXFile(path: work.path(name))
        Issue.record("\(name) was read")
      } catch {
        #expect(error.description.contains(name) && !error.description.contains("\n"))
      }
    }
    do {
      _ = try IDXFile(path: work.path("none"))
      Issue.record("a missing file was read")
    } catch {
      #expect(error.isMissingFile)
    }
  }
}
