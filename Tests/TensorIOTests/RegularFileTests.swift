import Foundation
import Glibc
import TensorIO
import Testing

/// Files that are read or written whole, and what is no file.
@Suite struct RegularFileTests {
  private let folder = NSTemporaryDirectory() + "/regular-\(UUID().uuidString)"

  private func withFolder(_ body: () throws -> Void) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body()
  }

  @Test("a named pipe, a directory and a device are refused at once, a link is followed")
  func kinds() throws {
    try withFolder {
      #expect(mkfifo(folder + "/pipe", 0o600) == 0)
      try writeAtomically("abc", to: folder + "/file")
      #expect(symlink("file", folder + "/link") == 0 && symlink("pipe", folder + "/hidden") == 0)
      #expect(try readRegularTextFile(folder + "/link", limit: 3) == "abc")
      for path in [folder + "/pipe", folder + "/hidden", folder, "/dev/zero", "/dev/tty"] {
        #expect(throws: TensorFileError.self) { try readRegularFile(path, limit: 10) }
      }
      #expect(throws: TensorFileError.self) { try appendToRegularFile("x", folder + "/pipe") }
      #expect(throws: TensorFileError.self) { try appendToRegularFile("x", folder) }
    }
  }

  @Test("a file that is too long or no text is refused, with the limit")
  func contents() throws {
    try withFolder {
      try writeAtomically([0x61, 0xFF], to: folder + "/file")
      #expect(try readRegularFile(folder + "/file", limit: 2) == [0x61, 0xFF])
      #expect(
        throws: TensorFileError.unsupported(
          name: folder + "/file", reason: "has 2 bytes; expected at most 1")
      ) { try readRegularFile(folder + "/file", limit: 1) }
      #expect(throws: TensorFileError.self) { try readRegularTextFile(folder + "/file", limit: 9) }
    }
  }

  @Test("text goes to the end of a file, which is made where there is none")
  func append() throws {
    try withFolder {
      for text in ["a\n", "b\n"] { try appendToRegularFile(text, folder + "/log") }
      #expect(try readRegularTextFile(folder + "/log", limit: 9) == "a\nb\n")
    }
  }

  @Test("many files come into being together, with one descriptor at a time")
  func together() throws {
    try withFolder {
      func names(_ path: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      }
      let before = names("/proc/self/fd").count
      // What a killed process left behind is nobody's.
      mkdir(folder + "/.rangelab-0.staged", 0o700)
      try writeAtomically("x", to: folder + "/.rangelab-0.staged/0")
      var files = try AtomicFiles(in: folder)
      for index in 0..<300 { try files.add("\(index)", to: "\(folder)/\(index)") }
      // Other tests run beside this one and open files, too.
      #expect(names("/proc/self/fd").count < before + 200)
      let hidden = names(folder)
      #expect(hidden.count == 1 && hidden.allSatisfy { $0.hasPrefix(".rangelab-") })
      let other = try AtomicFiles(in: folder)
      #expect(names(folder).count == 2, "a directory in use is left alone")
      try other.commit()
      try files.commit()
      #expect(try readRegularTextFile("\(folder)/299", limit: 9) == "299")
      #expect(names(folder).count == 300)
    }
  }

  @Test("where one file cannot be written none is there")
  func none() throws {
    try withFolder {
      func write() throws {
        var files = try AtomicFiles(in: folder)
        try files.add("a", to: folder + "/a")
        try files.add("b", to: folder)
        try files.commit()
      }
      #expect(throws: TensorFileError.self) { try write() }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty)
    }
  }
}
