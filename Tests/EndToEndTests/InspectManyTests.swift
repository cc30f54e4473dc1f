import _TestSupport
import Foundation
import Testing

/// `rangelab inspect` of several tensors, which are printed one after the other.
@Suite struct InspectManyTests {
  /// Three good tensors, and two that cannot be answered.
  private static func workspace() throws -> Workspace {
    let work = try Workspace()
    try work.write(TensorBytes.npy(TensorBytes.ramp(24), shape: [4, 6]), to: "a.npy")
    try work.write(TensorBytes.npy(TensorBytes.ramp(30), shape: [5, 6]), to: "z.npy")
    try work.write(TensorBytes.npy([1, 2], shape: [2]), to: "flat.npy")
    try work.write(TensorBytes.npy([1, .nan], shape: [1, 2]), to: "nan.npy")
    try work.write("no tensor", to: "text.npy")
    return work
  }

  @Test func `what inspect prints of several tensors is what it prints of each`() throws {
    let work = try Self.workspace()
    let options = ["-e", "minmax", "-b", "8"]
    let text = ["a.npy", "z.npy", "flat.npy"]
    func printed(_ files: [String], _ more: [String] = []) throws -> String {
      let run = try RangeLabProgram.run(["inspect"] + files + options + more, in: work.path)
      #expect(run.code == 0, "\(run.messages)")
      return run.output
    }
    #expect(try printed(text) == text.map { try printed([$0]) }.joined(separator: "\n"))
    let json = ["--format", "json"]
    let bodies = try text.map { file in
      let whole = try printed([file], json)
      #expect(whole.hasPrefix("[\n  {\n") && whole.hasSuffix("\n  }\n]\n"))
      return whole.dropFirst(2).dropLast(3)
    }
    #expect(try printed(text, json) == "[\n" + bodies.joined(separator: ",\n") + "\n]\n")
  }

  @Test func `failures before the first tensor with an answer are shown before it, else none is`()
    throws
  {
    let work = try Self.workspace()
    let bad = ["inspect", "nan.npy", "text.npy"]
    let options = ["-e", "minmax", "-b", "8", "--format", "json"]
    let none = try RangeLabProgram.run(bad + options, in: work.path)
    #expect(none.code == 65 && none.output.isEmpty, "\(none.output)")
    let some = try RangeLabProgram.run(bad + ["a.npy"] + options, in: work.path)
    #expect(some.code == 3)
    #expect(try jsonObjects(some.output).map { $0["profile"] != nil } == [false, false, true])
  }

  @Test func `a page has the first fifty tensors and counts all`() throws {
    let work = try Self.workspace()
    let files = (0..<52).map { "t\($0).npy" }
    for file in files { try work.write(TensorBytes.npy([1, 2], shape: [2]), to: file) }
    let run = try RangeLabProgram.run(
      ["inspect", "nan.npy"] + files + ["-e", "minmax", "-b", "8", "-o", "page"], in: work.path)
    #expect(run.code == 3, "\(run.messages)")
    let page = try work.text("page/inspect.html")
    #expect(page.contains("The first 50 of 52 tensors") && page.contains(" and 2 more"))
  }
}
