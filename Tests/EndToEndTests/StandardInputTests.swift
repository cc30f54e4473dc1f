import _TestSupport
import Foundation
import Testing

/// Tensors on standard input and in containers, as a user gives them.
@Suite("Standard input")
struct StandardInputTests {
  @Test("'-' is a file or a pipe on standard input, and stdin in tables")
  func dash() throws {
    let work = try Workspace.sample()
    let pipe = work.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    let bytes = try Data(contentsOf: URL(filePath: work.path + "/w.npy"))
    let writer = Thread {
      let file = FileHandle(forWritingAtPath: pipe)
      try? file?.write(contentsOf: bytes)
      try? file?.close()
    }
    writer.start()
    let arguments = ["estimate", "-", "-e", "minmax", "-b", "8", "--format", "csv"]
    for input in [pipe, work.path + "/w.npy"] {
      let run = try RangeLabProgram.run(arguments, in: work.path, input: input)
      #expect(run.code == 0, "\(run.messages)")
      #expect(run.output.split(separator: "\n").last?.hasPrefix("stdin,24,minmax,8,") ?? false)
    }
    let run = try RangeLabProgram.run(arguments, in: work.path)
    #expect(run.code == 66 && run.output.isEmpty)
    #expect(run.messages.contains("stdin: is a device; expected a file or a pipe"))
  }
}
