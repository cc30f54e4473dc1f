import _TestSupport
import Foundation
import TensorIO
import Testing

/// Tensors that come through pipes.
@Suite("Pipes")
struct PipeTests {
  /// A pipe that holds some bytes, closed behind them, by the path of its end for reading.
  private final class FilledPipe {
    private let ends = Pipe()
    var path: String { "/dev/fd/\(ends.fileHandleForReading.fileDescriptor)" }

    init(_ bytes: [UInt8]) throws {
      try ends.fileHandleForWriting.write(contentsOf: Data(bytes))
      try ends.fileHandleForWriting.close()
    }
  }

  private static let safe = ContainerTests.safe([("a", [1, 2]), ("b", [3])])

  @Test("every format is told by its first bytes, and read as often as wanted")
  func formats() throws {
    for (bytes, expected) in [
      (npy([1, 2]), [[1, 2]]), (Self.safe, [[1, 2], [3]]),
      (zip([ZipMember(name: "w.npy", content: npy([4]), isDeflated: true)]), [[4]]),
      (Array("1,5;2,5\n".utf8), [[1.5, 2.5]]),
      ([0xFF, 0xFE] + bytes(Array("7\r\n".utf16)), [[7]]),
    ] as [([UInt8], [[Float]])] {
      let pipe = try FilledPipe(bytes)
      for _ in 0..<3 { #expect(try readAll(pipe.path).map(\.values) == expected) }
    }
  }

  @Test("members are found, and one copy serves all")
  func members() throws {
    let pipe = try FilledPipe(Self.safe)
    #expect(try readAll(pipe.path + "#b")[0].values == [3])
    #expect(try openOne(pipe.path + "#[!b]").member == "a")
    let tensors = try TensorFile.open(pipe.path)
    #expect(tensors[0].version == tensors[1].version)
    #expect(try readAll(tensors[0].specification)[0].values == [1, 2])
  }

  @Test("a writer that never ends is given up, unless a tensor may come of it")
  func endless() throws {
    let directory = try Workspace()
    let path = directory.path("p")
    #expect(mkfifo(path, 0o600) == 0)
    signal(SIGPIPE, SIG_IGN)
    Thread {
      let end = open(path, O_WRONLY)
      let bytes = [UInt8](repeating: UInt8(ascii: "1"), count: 1 << 16)
      while write(end, bytes, bytes.count) > 0 {}
      close(end)
    }.start()
    #expect(
      try failure(path)
        == "p: more than 16777216 bytes of text or of an unknown format; "
        + "expected .npy, .npz, .safetensors or less text")
  }

  @Test("a pipe is not taken for one that is gone, whatever its number is")
  func reusedNumbers() throws {
    for round in 0..<20 {
      let directory = try Workspace()
      let path = directory.path("p")
      #expect(mkfifo(path, 0o600) == 0)
      let end = open(path, O_RDWR)
      let bytes = npy([Float(round)])
      #expect(write(end, bytes, bytes.count) == bytes.count)
      Thread {
        Thread.sleep(forTimeInterval: 0.02)
        close(end)
      }.start()
      #expect(try readAll(path)[0].values == [Float(round)])
    }
  }

  @Test("a writer that is slow, or comes a moment late, is waited for")
  func slowWriter() throws {
    let directory = try Workspace()
    let path = directory.path("p")
    #expect(mkfifo(path, 0o600) == 0)
    let values = (0..<100_000).map(Float.init)
    let writer = Thread {
      guard let file = FileHandle(forWritingAtPath: path) else { return }
      let bytes = Data(npy(values))
      try? file.write(contentsOf: bytes[..<100])
      Thread.sleep(forTimeInterval: 0.3)
      try? file.write(contentsOf: bytes[100...])
      try? file.close()
    }
    writer.start()
    #expect(try readAll(path)[0].values == values)
    #expect(try readAll(path)[0].values == values)
  }

  @Test("what is neither a file nor a pipe with a writer is refused at once")
  func refused() throws {
    let directory = try Workspace()
    let start = ContinuousClock.now
    let pipe = directory.path("p.npy")
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(
      try failure(pipe)
        == "\(pipe): is a pipe that nobody writes to; expected a file or a pipe with a writer")
    for device in ["/dev/zero", "/dev/random", "/dev/null", "/dev/full"] {
      #expect(try failure(device) == "\(device): is a device; expected a file or a pipe")
    }
    #expect(
      try failure(directory.path)
        == "\(directory.path): is a directory; expected a file or a pipe")
    let link = directory.path("l.npy")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/dev/zero")
    #expect(try failure(link) == "\(link): is a device; expected a file or a pipe")
    // Too long for the address of a socket, so from within the directory.
    let socketPath = "/tmp/rangelab-socket-\(UUID().uuidString.prefix(8))"
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer {
      close(listener)
      unlink(socketPath)
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: socketPath.utf8) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    #expect(bound == 0)
    #expect(try failure(socketPath) == "\(socketPath): is a socket; expected a file or a pipe")
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test("an index of shards cannot come through a pipe, as it has no folder there")
  func shards() throws {
    let pipe = try FilledPipe(Array(#"{"weight_map":{"a":"x.safetensors"}}"#.utf8))
    #expect(throws: TensorFileError.self) { _ = try TensorFile.open(pipe.path) }
  }
}
