import Foundation
import ModelFiles
import Testing
import _TestSupport

@Suite("Models that contradict themselves")
struct ModelFaultTests {
  /// What is said of a model.
  private func fault(_ sketch: ModelSketch) -> String {
    fault { try Model(bytes: sketch.bytes, name: "m.onnx") }
  }

  private func fault(_ body: () throws -> Model) -> String {
    do {
      let model = try body()
      return "\(model.nodes.count) nodes"
    } catch let error as ModelError {
      #expect(!error.description.contains("\n"))
      return error.description
    } catch {
      return "another error: \(error)"
    }
  }

  private func sketch(
    _ operations: [ModelSketch.Operation], _ constants: [ModelSketch.Constant] = [],
    output: String = "y"
  ) -> ModelSketch {
    ModelSketch(
      inputs: [.init("x", [1])], outputs: [.init(output, [1])], operations, constants: constants)
  }

  private func fault(_ constant: ModelSketch.Constant) -> String {
    fault(sketch([.init("Relu", ["x"], ["y"])], [constant]))
  }

  @Test("names that lead nowhere, in a circle, or to two places")
  func names() {
    let relu = ModelSketch.Operation("Relu", ["x"], ["y"], name: "r")
    let cases: [(ModelSketch, String)] = [
      (sketch([.init("Relu", ["z"], ["y"])]), "Relu y reads 'z', which nothing makes"),
      (
        sketch([.init("Add", ["x", "b"], ["a"]), .init("Relu", ["a"], ["b"]), relu]),
        "Add a is part of a circle: it waits for its own output"
      ),
      (sketch([.init("Add", ["x", "y"], ["y"])]), "part of a circle"),
      (sketch([relu, .init("Neg", ["x"], ["y"])]), "Neg y makes 'y', which is there already"),
      (sketch([relu, .init("Neg", ["y"], ["x"])]), "Neg x makes 'x', which is there already"),
      (
        sketch([relu], [.init("y", [1], [1])]), "Relu r makes 'y', which is there already"
      ),
      (
        sketch([relu], [.init("w", [1], [1]), .init("w", [1], [2])]),
        "two constants are called 'w'"
      ),
      (sketch([relu], output: "other"), "the output 'other' is made by no node"),
      (sketch([.init("Relu", ["a\nb\u{202E}"], ["y"])]), #"'a\nb"#),
    ]
    for (sketch, words) in cases {
      let said = fault(sketch)
      #expect(said.hasPrefix("m.onnx: ") && said.contains(words), "\(said)")
    }
    #expect(fault(sketch([relu])) == "1 nodes")
  }

  @Test("values in a file outside of the folder are not read")
  func externalPaths() {
    func external(_ entries: [(String, String)]) -> ModelSketch.Constant {
      let fields = entries.flatMap { Wire.field(13, Wire.text(1, $0.0) + Wire.text(2, $0.1)) }
      return .init("w", type: 1, shape: [4], fields: fields + Wire.number(14, 1))
    }
    for path in ["../w.bin", "/etc/passwd", "a/../../w.bin", "..", "", "a\u{0}b"] {
      let said = fault(external([("location", path)]))
      #expect(said.contains("expected a file in the folder of the model"), "\(path): \(said)")
    }
    #expect(fault(external([])).contains("expected a file in the folder"))
    for path in ["w.bin", "data/w.bin", "..w", "a..b/w.bin"] {
      #expect(fault(external([("location", path)])) == "1 nodes")
    }
    let model = try? Model(
      bytes: sketch(
        [.init("Relu", ["x"], ["y"])], [external([("location", "b/w")])]
      ).bytes, name: "")
    #expect(model?.externalFiles == ["b/w"] && model?.initializers[0].floats == nil)
    #expect(model?.initializers[0].byteCount == 16)
  }

  @Test("numbers of bytes that the shape does not have")
  func byteCounts() {
    for (type, shape, count, expected) in [
      (1, [2], 4, 8), (1, [2], 12, 8), (1, [2], 7, 8), (1, [], 8, 4), (22, [3], 3, 2),
      (22, [4], 1, 2), (7, [1], 4, 8), (11, [2, 2], 16, 32), (25, [5], 1, 2), (2, [0], 1, 0),
    ] {
      let raw = [UInt8](repeating: 1, count: count)
      let said = fault(.init("w", type: type, shape: shape, raw: raw))
      #expect(
        said.contains("'w' has \(count) bytes; expected \(expected) for the shape"),
        "\(type) \(shape): \(said)")
    }
    let constant = ModelSketch.Operation(
      "Constant", [], ["c"], ["value": .tensor(.init("", type: 1, shape: [3], raw: [0]))])
    #expect(
      fault(sketch([constant, .init("Relu", ["x"], ["y"])])).contains(
        "'c' has 1 bytes; expected 12"))
  }

  @Test("shapes that no tensor has, and types that nobody knows")
  func shapes() {
    for shape in [
      [-1], [1 << 60], [1 << 32, 1 << 32], [Int.max, Int.max], [Int.max, 2], [Int.min], [-1, -1],
      [0, -1],
    ] {
      let said = fault(.init("w", type: 1, shape: shape, raw: [0, 0, 0, 0]))
      #expect(said.contains("'w' has the shape"), "\(shape): \(said)")
    }
    for type in [0, 27, -1, 1 << 20] {
      let said = fault(.init("w", type: type, shape: [1], raw: [0, 0, 0, 0]))
      #expect(said.contains("expected 1 to 26"), "\(type): \(said)")
    }
  }

  @Test("files that are absent, empty, of another kind, or too short")
  func files() throws {
    let work = try Workspace()
    #expect(fault { try Model(path: work.path("none.onnx")) }.hasSuffix("no such file"))
    #expect(fault { try Model(path: work.path) }.contains("cannot be read"))
    let error = #expect(throws: ModelError.self) { try Model(path: work.path("none.onnx")) }
    #expect(error?.isMissingFile == true)
    try work.write([], to: "empty.onnx")
    #expect(fault { try Model(path: work.path("empty.onnx")) }.contains("it has no graph"))
    try work.write("a text, no model", to: "text.onnx")
    #expect(
      fault { try Model(path: work.path("text.onnx")) }.contains("text.onnx: is no ONNX model"))
    let whole = sketch([.init("Relu", ["x"], ["y"])]).bytes
    try work.write(whole.dropLast(3), to: "short.onnx")
    #expect(
      fault { try Model(path: work.path("short.onnx")) }.contains("end in the middle of a field"))
    let damaged = #expect(throws: ModelError.self) { try Model(path: work.path("short.onnx")) }
    #expect(damaged?.isMissingFile == false)
    // A graph without nodes and outputs is what a file of another kind looks like.
    #expect(
      fault { try Model(bytes: Data(Wire.number(1, 7) + Wire.field(7, [])), name: "g") }
        .contains("it has no graph"))
  }
}
