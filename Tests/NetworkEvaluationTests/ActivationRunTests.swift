import Foundation
import ModelFiles
import NetworkEvaluation
import NetworkRuntime
import TensorIO
import Testing
import _TestSupport

@Suite(
  "Activations in files",
  .enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
struct ActivationRunTests {
  private let work: Workspace
  private let library: RuntimeLibrary

  init() throws { (work, library) = (try Workspace(), try #require(runtime)) }

  /// `a = x^2`, `b = sum of a`, `n` a whole number, `s` one number for all samples, `y = a b`.
  private static let sketch = ModelSketch(
    inputs: [.init("x", [nil, 3])], outputs: [.init("y", [nil, 3])],
    [
      .init("Mul", ["x", "x"], ["a"]), .init("ReduceSum", ["a", "one"], ["b"]),
      .init("Shape", ["x"], ["n"]), .init("ReduceMax", ["three"], ["s"], ["keepdims": .int(0)]),
      .init("Mul", ["a", "b"], ["p"]), .init("Mul", ["p", "s"], ["y"]),
    ],
    constants: [.init("one", [1], integers: [1]), .init("three", [2], [3, 1])])

  /// What a run leaves in its files.
  struct Found: Equatable {
    var shapes: [[Int]]
    var values: [Float]
  }

  private func run(
    _ tensors: [String], samples: Int, batchSize: Int, memory: Int? = nil, disk: Int? = nil,
    values: [Float]? = nil, batch: Int? = nil
  ) throws -> (files: [String: Found], groups: [[String]], progress: [Int]) {
    var sketch = Self.sketch
    sketch.inputs = [.init("x", [batch, 3])]
    let model = try Model(bytes: sketch.bytes, name: "m.onnx")
    let all = values ?? (0..<3 * samples).map { Float($0) / 8 }
    try work.write(TensorBytes.npy(all, shape: [samples, 3]), to: "x.npy")
    let set = try SampleSet(
      path: work.path("x.npy"),
      for: [NetworkRuntime.Port(name: "x", elementType: .float32, shape: [batch, 3])])
    var limits = ActivationRun.Limits()
    limits.memory = memory ?? limits.memory
    limits.disk = disk ?? limits.disk
    let float = ActivationRun(
      model, on: set, batchSize: batchSize, threads: 1, library: library, limits: limits)
    var files: [String: Found] = [:]
    var groups: [[String]] = []
    var progress: [Int] = []
    try float.forEachGroup(
      of: tensors, in: work.path, progress: { done, _ in progress.append(done) }
    ) { group in
      groups.append(group.map(\.name))
      for file in group {
        let tensor = try #require(try TensorFile.open(file.path).first)
        let values = try tensor.load(nonFinite: .error).values
        #expect(values.count == file.count)
        files[file.name] = Found(shapes: file.shapes, values: values)
      }
    }
    // The files are gone with their folder.
    #expect(try work.names().filter { $0.hasPrefix("rangelab-") }.isEmpty)
    return (files, groups, progress)
  }

  @Test func `values are those of outputs`() throws {
    let found = try run(["x", "a", "b", "p"], samples: 5, batchSize: 2).files
    var model = try Model(bytes: Self.sketch.bytes, name: "m")
    model.outputs += ["a", "b", "p"].map(ModelPort.init(name:))
    let session = try Session(bytes: try model.bytes(), library: library)
    let x = (0..<15).map { Float($0) / 8 }
    let outputs = try session.run(
      ["x": try RuntimeValue(x, shape: [5, 3])], outputs: ["a", "b", "p"])
    for (name, value) in zip(["a", "b", "p"], outputs) {
      #expect(try found[name]?.values == value.floats, "\(name)")
    }
    #expect(found["x"]?.values == x)
    #expect(found["a"]?.shapes == [[2, 3], [2, 3], [1, 3]])
    #expect(found["b"]?.shapes == [[2, 1], [2, 1], [1, 1]])
    #expect(found["a"]?.values.first { $0 > 0 } == 0x1p-6)
  }

  @Test func `a small disk makes groups, whose files are the same`() throws {
    let tensors = ["x", "a", "b", "p", "y"]
    let whole = try run(tensors, samples: 7, batchSize: 3)
    #expect(whole.groups == [tensors] && whole.progress == [3, 6, 7])
    // A tensor of three Floats takes 84 bytes, one of a Float 28.
    let some = try run(tensors, samples: 7, batchSize: 3, disk: 168)
    #expect(some.groups == [["x", "a"], ["b", "p"], ["y"]] && some.files == whole.files)
    #expect(some.progress == [3, 6, 7, 10, 13, 14, 17, 20, 21])
    let tiny = try run(tensors, samples: 7, batchSize: 3, disk: 1)
    #expect(tiny.groups == tensors.map { [$0] } && tiny.files == whole.files)
  }

  @Test func `little memory runs fewer at a time, in the same batches`() throws {
    for tensors in [["a"], ["x", "a", "b", "p", "y"]] {
      let whole = try run(tensors, samples: 10, batchSize: 4)
      for memory in [1, 24, 60, 100, 1000] {
        #expect(try run(tensors, samples: 10, batchSize: 4, memory: memory).files == whole.files)
      }
      #expect(whole.files["a"]?.shapes == [[4, 3], [4, 3], [2, 3]])
    }
    #expect(try run(["a"], samples: 4, batchSize: 4, memory: 24).progress == [2, 4])
  }

  @Test func `a tensor without an axis of samples is one value for each run`() throws {
    let whole = try run(["s"], samples: 4, batchSize: 2).files
    #expect(whole["s"] == Found(shapes: [[], []], values: [3, 3]))
    let parts = try run(["s", "a"], samples: 4, batchSize: 2, memory: 1).files
    #expect(parts["s"]?.values == [3, 3, 3, 3] && parts["s"]?.shapes == [[], [], [], []])
    #expect(parts["a"]?.shapes == [[2, 3], [2, 3]])
  }

  @Test func `a model that takes one sample at a time`() throws {
    let found = try run(["a", "b"], samples: 3, batchSize: 16, batch: 1).files
    #expect(found["a"]?.shapes == [[1, 3], [1, 3], [1, 3]] && found["b"]?.values.count == 3)
  }

  @Test func `tensors of whole numbers are left out`() throws {
    let found = try run(["n", "a"], samples: 2, batchSize: 2)
    #expect(found.groups == [["a"]])
  }

  @Test func `a value that is no number ends the run, with tensor and sample`() throws {
    var values = (0..<15).map { Float($0) }
    values[10] = .infinity
    let error = #expect(throws: NetworkDataError.self) {
      try run(["a"], samples: 5, batchSize: 2, values: values)
    }
    #expect(
      error?.description
        == "m.onnx: the tensor 'a' has 1 non-finite values (NaN or infinity) in the batch that begins "
        + "with sample 2; expected finite values")
    // A zero times infinity, in a tensor that nobody asked for, is none of it.
    values[10] = 1e30
    #expect(try run(["x"], samples: 5, batchSize: 2, values: values).groups == [["x"]])
    #expect(throws: NetworkDataError.self) {
      try run(["p"], samples: 5, batchSize: 2, values: values)
    }
  }
}
