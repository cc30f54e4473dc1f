import _TestSupport
import Foundation
import NetworkRuntime
import Testing

@Suite("Sessions", .enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
struct SessionTests {
  let library: RuntimeLibrary

  init() throws { library = try #require(runtime) }

  private func session(
    _ bytes: [UInt8], _ options: SessionOptions = SessionOptions()
  ) throws -> Session {
    try Session(bytes: bytes, library: library, options: options)
  }

  private func row(_ values: [Float], _ rows: Int = 1) throws -> RuntimeValue {
    try RuntimeValue(values, shape: [rows, values.count / max(rows, 1)])
  }

  @Test("inputs and outputs tell name, type and shape")
  func ports() throws {
    let affine = try session(Models.affine)
    #expect(affine.inputs == [Port(name: "x", elementType: .float32, shape: [nil, 2])])
    #expect(affine.outputs.map(\.name) == ["y", "x", "W"])
    #expect(affine.outputs.map(\.shape) == [[nil, 3], [nil, 2], [2, 3]])
    let lookup = try session(Models.lookup)
    #expect(lookup.inputs == [Port(name: "ids", elementType: .int64, shape: [nil])])
    let odd = try session(Models.noNumbers)
    #expect(odd.outputs.map(\.elementType) == [.undefined, .string])
  }

  @Test("x W + b by hand, for any number of rows", arguments: SessionOptions.Optimization.allCases)
  func affine(level: SessionOptions.Optimization) throws {
    let affine = try session(Models.affine, SessionOptions(optimization: level))
    // [1, 2] W = [9, 12, 15]; [-1, 0.5] W = [1, 0.5, 0].
    let one = try affine.run(["x": row([1, 2])], outputs: ["y"])
    #expect(one.map(\.shape) == [[1, 3]])
    #expect(try one[0].floats == [19, 32, 45])
    let two = try affine.run(["x": row([1, 2, -1, 0.5], 2)], outputs: ["y"])
    #expect(two.map(\.shape) == [[2, 3]])
    #expect(try two[0].floats == [19, 32, 45, 11, 20.5, 30])
    let none = try affine.run(
      ["x": RuntimeValue([] as [Float], shape: [0, 2])], outputs: ["y"])
    #expect(none.map(\.shape) == [[0, 3]])
    #expect(try none[0].floats == [])
  }

  @Test("rows of a table by int64")
  func lookup() throws {
    let lookup = try session(Models.lookup)
    let rows = try lookup.run(["ids": RuntimeValue([2, 0, 2] as [Int64], shape: [3])])
    #expect(try rows.map { try $0.floats } == [[2.5, 3, 0.5, 1, 2.5, 3]])
  }

  @Test("outputs come in the order asked for, and an output is an input again")
  func order() throws {
    let affine = try session(Models.affine)
    let outputs = try affine.run(["x": row([1, 2])], outputs: ["W", "y"])
    #expect(try outputs[0].floats == [1, 2, 3, 4, 5, 6])
    #expect(try outputs[1].floats == [19, 32, 45])
    let again = try outputs[0].withBytes { bytes throws(RuntimeError) in
      try RuntimeValue(copying: bytes, type: .float32, shape: [3, 2])
    }
    #expect(try affine.run(["x": again], outputs: ["y"])[0].shape == [3, 3])
    let same = try affine.run(["x": affine.run(["x": again], outputs: ["x"])[0]])
    #expect(try same[1].floats == [1, 2, 3, 4, 5, 6])
  }

  @Test("an output outlives the session, and the input that the model hands through")
  func lifetime() throws {
    func outputs() throws -> [RuntimeValue] {
      try session(Models.affine).run(["x": row([Float](repeating: 7, count: 200_000), 100_000)])
    }
    let kept = try outputs()
    // Memory that was given back would be written to here.
    for _ in 0..<3 { _ = try outputs() }
    #expect(try kept[1].floats == [Float](repeating: 7, count: 200_000))
    #expect(try kept[2].floats == [1, 2, 3, 4, 5, 6])
    #expect(try kept[0].withFloats { $0[299_999] } == 93)
  }

  @Test("quantized nodes compute in float when asked, without saturation")
  func float() throws {
    let model = try session(Models.quantized, SessionOptions(keepsQDQInFloat: true))
    // Products of pairs are 2 * 255 * 127 > 32767, which instructions of 16 bits cut.
    let sum = try model.run(["x": row([255, 255, 255, 300])])
    #expect(try sum[0].floats == [4 * 255 * 127])
  }

  @Test("without an arena the bits are the same; a file gives what its bytes give")
  func sources() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).onnx")
    try Data(Models.affine).write(to: path)
    defer { try? FileManager.default.removeItem(at: path) }
    let options = SessionOptions(usesArena: false)
    for session in [
      try Session(path.path, library: library, options: options),
      try Session(bytes: Data(Models.affine), library: library, options: options),
    ] {
      #expect(try session.run(["x": row([1, 2])])[0].floats == [19, 32, 45])
    }
  }

  @Test("one session runs on two threads at once, with the same bits each time")
  func threads() async throws {
    let affine = try session(Models.affine, SessionOptions(optimization: .none))
    // Values without a short binary form, so that another order of sums would show.
    let values = (0..<4_000).map { Float($0) / 7 - 300.1 }
    let expected = try affine.run(["x": row(values, 2_000)], outputs: ["y"])[0].floats
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<2 {
        group.addTask {
          try (0..<20).allSatisfy { _ in
            let input = try RuntimeValue(values, shape: [2_000, 2])
            return try affine.run(["x": input], outputs: ["y"])[0].floats == expected
          }
        }
      }
      for try await isSame in group { #expect(isSame) }
    }
  }
}
