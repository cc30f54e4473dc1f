import _TestSupport
import Foundation
import Glibc
import Testing

/// What happens when results cannot be written: no lie, nothing half-written, nothing lost.
@Suite struct WriteFailureTests {
  @Test func `an output directory that cannot be is refused before anything is computed`() throws {
    let work = try Workspace.sample()
    try work.write("a file", to: "file")
    let run = try work.run("run", "m.yaml", "-o", "file/out")
    #expect(run.code == 64 && run.output.isEmpty && run.messages.contains("file/out"))
    #expect(!run.messages.contains("4/4 cells"))
    #expect(try work.text("file") == "a file")
  }

  @Test func `codes that cannot be written leave what was there`() throws {
    let work = try Workspace.sample()
    try work.write("a file", to: "file")
    let before = try work.names()
    for target in ["file/codes.npy", ".", "none/codes.npy"] {
      let run = try work.run("quantize", "w.npy", "-e", "minmax", "-b", "8", "-o", target)
      #expect(run.code == 64 && run.messages.split(separator: "\n").count == 1, "\(run.messages)")
      #expect(run.messages.hasPrefix("error: \(target): "))
    }
    #expect(try work.names() == before)
  }

  @Test func `results that cannot be replaced leave the old ones and can be resumed`() throws {
    let work = try Workspace.sample()
    #expect(try work.run("run", "m.yaml", "-o", "out", "--filter", "minmax").code == 0)
    let old = try ["results.csv", "timings.csv"].map { try work.bytes("out/\($0)") }
    // A folder in place of a file stops everyone, root too.
    unlink(work.path + "/out/summary.md")
    mkdir(work.path + "/out/summary.md", 0o755)
    let run = try work.run("run", "m.yaml", "-o", "out")
    #expect(
      run.code == 75 && run.messages.contains("summary.md") && run.messages.contains("run again"))
    #expect(run.output.isEmpty)
    #expect(try ["results.csv", "timings.csv"].map { try work.bytes("out/\($0)") } == old)
    #expect(try work.names(in: "out").allSatisfy { !$0.hasSuffix(".tmp") })
    rmdir(work.path + "/out/summary.md")
    let resumed = try work.run("run", "m.yaml", "-o", "out")
    #expect(resumed.code == 0 && resumed.messages.contains("4 cells, 0 computed now"))
  }

  @Test func `a broken manifest leaves the results of an earlier run`() throws {
    let work = try Workspace.sample()
    #expect(try work.run("run", "m.yaml", "-o", "out").code == 0)
    let old = try work.bytes("out/results.csv")
    #expect(try work.run("run", "m.yaml", "-o", "out", "--set", "bits=[99]").code == 65)
    unlink(work.path + "/w.npy")
    #expect(try work.run("run", "m.yaml", "-o", "out").code == 65)
    #expect(try work.bytes("out/results.csv") == old)
  }

  @Test(.enabled("no tmpfs can be mounted here") { SmallDisk.isAvailable })
  func `a full disk is one message, exit code 75, and no file is cut short`() throws {
    let work = try Workspace.sample()
    let disk = try SmallDisk(in: work)
    try disk.fill()
    let run = try work.run("run", "m.yaml", "-o", "disk/out")
    #expect(run.code == 75, "\(run.code) \(run.messages)")
    #expect(
      run.output.isEmpty && run.messages.contains("No space left on device"), "\(run.messages)")
    #expect(run.messages.contains("run again to resume"))
    let left = try FileManager.default.subpathsOfDirectory(atPath: disk.path)
    #expect(left.allSatisfy { !$0.hasSuffix(".tmp") && !$0.hasSuffix(".csv") }, "\(left)")
    disk.makeRoom()
    let resumed = try work.run("run", "m.yaml", "-o", "disk/out")
    #expect(resumed.code == 0, "\(resumed.messages)")
  }

  @Test(.enabled("no tmpfs can be mounted here") { SmallDisk.isAvailable })
  func `codes on a full disk leave the old file`() throws {
    let work = try Workspace.sample()
    let disk = try SmallDisk(in: work)
    try work.write("old", to: "disk/codes.npy")
    try disk.fill()
    let run = try work.run("quantize", "w.npy", "-e", "minmax", "-b", "8", "-o", "disk/codes.npy")
    #expect(run.code == 64 && run.messages.contains("disk/codes.npy: "))
    #expect(run.messages.contains("No space left on device"), "\(run.messages)")
    #expect(try work.text("disk/codes.npy") == "old")
    #expect(try work.names(in: "disk") == ["codes.npy", "filler"])
  }
}
