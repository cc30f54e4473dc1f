import _TestSupport
import Glibc
import TensorIO
import Testing

@Suite("npy writing")
struct NPYWriterTests {
  /// The header text and the data of a written file.
  private func parts(_ path: String) throws -> (header: String, data: [UInt8]) {
    let file = try contents(path)
    #expect(file.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0]))
    let start = 10 + Int(file[8]) + 256 * Int(file[9])
    #expect(start % 64 == 0)
    #expect(file[start - 1] == 0x0A)
    let text = String(decoding: file[10..<start], as: UTF8.self)
    return (text.trimmingSuffix(), Array(file[start...]))
  }

  @Test("each element type is written with its name and little-endian bytes")
  func types() throws {
    let directory = try Workspace()
    let path = directory.path("t.npy")
    func check<Element: NPYElement>(
      _ values: [Element], _ name: String, _ data: [UInt8]
    ) throws {
      try NPYWriter.write(values, shape: [1, 2], to: path)
      let (header, written) = try parts(path)
      #expect(header == "{'descr': '\(name)', 'fortran_order': False, 'shape': (1, 2), }")
      #expect(written == data)
    }
    try check([1, -2] as [Float], "<f4", [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
    try check([-1, 2] as [Int8], "|i1", [0xFF, 2])
    try check([255, 2] as [UInt8], "|u1", [0xFF, 2])
    try check([-2, 0x0102] as [Int16], "<i2", [0xFE, 0xFF, 2, 1])
    try check([0xFFFE, 0x0102] as [UInt16], "<u2", [0xFE, 0xFF, 2, 1])
  }

  @Test("what is written is read back", arguments: [[], [3], [2, 3], [1, 1, 4]])
  func roundTrip(shape: [Int]) throws {
    let directory = try Workspace()
    let path = directory.path("r.npy")
    let values = (0..<shape.reduce(1, *)).map { Float($0) / 3 }
    try NPYWriter.write(values, shape: shape, to: path)
    let tensor = try readAll(path)[0]
    #expect(tensor.shape == shape)
    #expect(tensor.values == values)
    #expect(try directory.names() == ["r.npy"])
  }

  @Test("pieces add up to the file written at once")
  func pieces() throws {
    let directory = try Workspace()
    let values = (0..<10).map { Int16($0) }
    try NPYWriter.write(values, shape: [10], to: directory.path("a.npy"))
    var writer = try NPYStreamWriter(
      path: directory.path("b.npy"), shape: [10], elementType: Int16.self)
    for start in stride(from: 0, to: 10, by: 3) {
      try writer.append(values[start..<min(start + 3, 10)].span)
    }
    #expect(try !directory.names().contains("b.npy"))
    try writer.finish()
    #expect(try contents(directory.path("a.npy")) == contents(directory.path("b.npy")))
    #expect(try directory.names() == ["a.npy", "b.npy"])
  }

  @Test("a wrong number of elements leaves nothing behind")
  func wrongCount() throws {
    let directory = try Workspace()
    let path = directory.path("w.npy")
    for count in [1, 3] {
      let error = try #require(throws: TensorFileError.self) {
        try NPYWriter.write([UInt8](repeating: 0, count: count), shape: [2], to: path)
      }
      #expect(error.description == "\(path): \(count) elements; expected 2")
    }
    #expect(try directory.names() == [])
    var writer = try NPYStreamWriter(path: path, shape: [2], elementType: UInt8.self)
    var refusal: TensorFileError?
    do { try writer.append([1, 2, 3].span) } catch { refusal = error }
    #expect(refusal == .unwritable(path: path, reason: "3 elements; expected 2"))
    try writer.append([1, 2].span)
    try writer.finish()
    #expect(try contents(path).suffix(2) == [1, 2])
    #expect(throws: TensorFileError.unwritable(path: path, reason: "cannot have the shape (-1,)")) {
      try NPYWriter.write([] as [UInt8], shape: [-1], to: path)
    }
    #expect(try directory.names() == ["w.npy"])
  }
}

@Suite("Atomic files")
struct AtomicFileTests {
  @Test("bytes and text replace what was there, links are followed")
  func replacing() throws {
    let directory = try Workspace()
    let path = directory.path("a.txt")
    try writeAtomically([1, 2], to: path)
    #expect(try contents(path) == [1, 2])
    #expect(symlink(path, directory.path("link")) == 0)
    try writeAtomically("é\n", to: directory.path("link"))
    #expect(try contents(path) == [0xC3, 0xA9, 0x0A])
    try writeAtomically("", to: path)
    #expect(try contents(path) == [])
    #expect(try directory.names() == ["a.txt", "link"])
  }

  @Test("a replaced file keeps its permissions")
  func permissions() throws {
    let directory = try Workspace()
    let path = directory.path("a.txt")
    try writeAtomically("secret", to: path)
    #expect(chmod(path, 0o600) == 0)
    try writeAtomically("new secret", to: path)
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
  }

  @Test("an abandoned file leaves the old one and no temporary one")
  func abandoning() throws {
    let directory = try Workspace()
    let path = directory.path("a.txt")
    try writeAtomically("old", to: path)
    do {
      var file = try AtomicFile(path: path)
      try file.write([1, 2, 3].span.bytes)
      #expect(try directory.names().count == 2)
      #expect(file.path == path)
    }
    #expect(try directory.names() == ["a.txt"])
    #expect(try contents(path) == Array("old".utf8))
  }

  @Test("an absent directory, a directory as target and what is no file are refused")
  func refusals() throws {
    let directory = try Workspace()
    func reason(_ path: String) throws -> String {
      let error = try #require(throws: TensorFileError.self) {
        try writeAtomically("x", to: path)
      }
      #expect(!error.isMissingFile)
      return String(error.description.dropFirst(path.count))
    }
    #expect(
      try reason(directory.path("none/a.npy"))
        == ": cannot be created in its directory: No such file or directory")
    #expect(try reason(directory.path) == ": is a directory; expected a file or a free name")
    #expect(try directory.names() == [])
    // A pipe stands for the devices, which a test must not put at risk.
    let pipe = directory.path("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(try reason(pipe) == ": is not a regular file; expected a file or a free name")
    #expect(try directory.names() == ["pipe"])
    // No user, however mighty, creates files there.
    #expect(try reason("/proc/a.npy").hasPrefix(": cannot be created in its directory: "))
  }

  @Test("a failed renaming removes the temporary file")
  func failedRenaming() throws {
    let directory = try Workspace()
    let path = directory.path("a")
    func overtaken() throws {
      var file = try AtomicFile(path: path)
      try file.write([1].span.bytes)
      try #require(mkdir(path, 0o755) == 0)
      try file.commit()
    }
    let error = try #require(throws: TensorFileError.self) { try overtaken() }
    #expect(error.description == "\(path): cannot be replaced: Is a directory")
    #expect(try directory.names() == ["a"])
  }

  @Test("short and interrupted writes are continued until all is written")
  func shortWrites() {
    var taken: [UInt8] = []
    var calls = 0
    let code = Array(0..<100 as Range<UInt8>).withUnsafeBytes { bytes in
      writeFully(bytes) { rest in
        calls += 1
        if calls % 3 == 0 {
          errno = EINTR
          return -1
        }
        let count = min(7, rest.count)
        taken += rest[..<count]
        return count
      }
    }
    #expect(code == nil)
    #expect(taken == Array(0..<100))
  }

  @Test("a full device, after some bytes or at once, is an error")
  func fullDevice() throws {
    let full = open("/dev/full", O_WRONLY)
    try #require(full >= 0)
    defer { close(full) }
    func refuse(_ rest: UnsafeRawBufferPointer) -> Int {
      write(full, rest.baseAddress, rest.count)
    }
    var calls = 0
    func refuseLater(_ rest: UnsafeRawBufferPointer) -> Int {
      calls += 1
      return calls == 1 ? 5 : refuse(rest)
    }
    let bytes = [UInt8](repeating: 7, count: 24)
    let atOnce = bytes.withUnsafeBytes { writeFully($0, with: refuse) }
    let later = bytes.withUnsafeBytes { writeFully($0, with: refuseLater) }
    let never = bytes.withUnsafeBytes { writeFully($0) { _ in 0 } }
    #expect(atOnce == ENOSPC)
    #expect(later == ENOSPC)
    #expect(calls == 2)
    #expect(never == EIO)
  }
}

extension String {
  fileprivate func trimmingSuffix() -> String {
    String(reversed().drop { $0 == " " || $0 == "\n" }.reversed())
  }
}
