import _TestSupport
import Foundation
import NetworkRuntime
import Testing

@Suite(
  "Errors of sessions", .enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
struct SessionErrorTests {
  let library: RuntimeLibrary

  init() throws { library = try #require(runtime) }

  /// The code and message with which ONNX Runtime refuses something.
  private func refusal(_ body: () throws -> Void) -> (code: Int32, message: String)? {
    do {
      try body()
    } catch RuntimeError.failed(let code, let message) {
      #expect(!message.contains("\n"))
      return (code, message)
    } catch {
      Issue.record("\(error)")
    }
    return nil
  }

  @Test("a wrong name, type or shape of an input is refused by ONNX Runtime, with its reason")
  func inputs() throws {
    let affine = try Session(bytes: Models.affine, library: library)
    let fine = try RuntimeValue([1, 2] as [Float], shape: [1, 2])
    let cases: [([String: RuntimeValue], String)] = [
      (["x": fine, "z": fine], "z"),
      (["x": try RuntimeValue([1, 2] as [Int64], shape: [1, 2])], "int64"),
      (["x": try RuntimeValue([1, 2, 3] as [Float], shape: [1, 3])], "Got: 3 Expected: 2"),
      (["x": try RuntimeValue([1, 2] as [Float], shape: [2])], "Got: 1 Expected: 2"),
    ]
    for (inputs, words) in cases {
      let refused = try #require(refusal { _ = try affine.run(inputs) })
      // 2: invalid argument.
      #expect(refused.code == 2)
      #expect(refused.message.contains(words), "\(refused.message)")
    }
    let refused = refusal { _ = try affine.run(["x": fine], outputs: ["none"]) }
    #expect(refused?.message.contains("none") == true)
    #expect(refusal { _ = try affine.run(["x": fine], outputs: []) } != nil)
    // Names may be of any length; a mark of many is one character of Swift.
    let long = "a" + String(repeating: "\u{301}", count: 5_000)
    let bounded = refusal { _ = try affine.run(["x": fine], outputs: [long]) }
    #expect(bounded?.message.hasPrefix("Invalid") == true)
    #expect(bounded.map { $0.message.unicodeScalars.count < 700 } == true)
    #expect(try affine.run(["x": fine])[0].floats == [19, 32, 45])
  }

  @Test("an input that is not given is named")
  func missing() throws {
    let affine = try Session(bytes: Models.affine, library: library)
    let value = try RuntimeValue([1, 2] as [Float], shape: [1, 2])
    #expect(throws: RuntimeError.unsuitable("the input 'x' has no value; given: nothing")) {
      try affine.run([:])
    }
    #expect(throws: RuntimeError.unsuitable("the input 'x' has no value; given: z")) {
      try affine.run(["z": value])
    }
  }

  @Test("an operator that fails in the middle of a run gives its reason")
  func operators() throws {
    let lookup = try Session(bytes: Models.lookup, library: library)
    let outside = ["ids": try RuntimeValue([3] as [Int64], shape: [1])]
    let refused = try #require(refusal { _ = try lookup.run(outside) })
    #expect(refused.message.contains("Gather"), "\(refused.message)")
  }

  @Test("bytes that are no model are refused")
  func garbage() {
    let models: [[UInt8]] = [
      [], [0], Array("no model at all".utf8), Array(Models.affine.dropLast(20)),
      [UInt8](repeating: 0xff, count: 1_000),
    ]
    for bytes in models {
      #expect(refusal { _ = try Session(bytes: bytes, library: library) } != nil)
    }
  }

  @Test("a file that is not there, and a folder, are refused by name")
  func files() {
    let folder = FileManager.default.temporaryDirectory.path
    for path in ["\(folder)/there-is-no\nsuch.onnx", folder, ""] {
      let refused = refusal { _ = try Session(path, library: library) }
      #expect(refused != nil)
    }
    let refused = refusal { _ = try Session("\(folder)/no\n.onnx", library: library) }
    #expect(refused?.message.contains(#"no\n.onnx"#) == true)
  }

  @Test("sequences and texts are no values")
  func noNumbers() throws {
    let odd = try Session(bytes: Models.noNumbers, library: library)
    let inputs = ["x": try RuntimeValue([1] as [Float], shape: [1])]
    for name in ["s", "t"] {
      #expect(throws: RuntimeError.unsuitable("the output '\(name)' is no tensor of numbers")) {
        try odd.run(inputs, outputs: [name])
      }
    }
  }
}
