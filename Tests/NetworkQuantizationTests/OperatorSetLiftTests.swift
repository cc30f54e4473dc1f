import Foundation
import ModelFiles
import NetworkQuantization
import NetworkRuntime
import Testing
import _TestSupport

/// ONNX Runtime knows every operator in its old and in its new form: both must say the same.
@Suite("Operators in a later operator set")
struct OperatorSetLiftTests {
  /// A model of one operator on `x`, in an operator set in which it had its old form.
  struct Case: CustomTestStringConvertible, Sendable {
    let operatorSet: Int
    let operation: ModelSketch.Operation
    var shape = [2, 3, 4]
    var constants: [ModelSketch.Constant] = []
    /// The element types of the outputs.
    var types = [1]
    var testDescription: String

    init(
      _ description: String, _ operatorSet: Int, _ operation: String,
      _ attributes: KeyValuePairs<String, ModelSketch.Value> = [:], shape: [Int] = [2, 3, 4],
      inputs: [ModelSketch.Constant] = [], types: [Int] = [1]
    ) {
      (testDescription, self.operatorSet, self.shape) = (description, operatorSet, shape)
      (constants, self.types) = (inputs, types)
      self.operation = ModelSketch.Operation(
        operation, ["x"] + inputs.map(\.title), types.indices.map { "y\($0)" }, attributes)
    }

    func sketch() -> ModelSketch {
      ModelSketch(
        operatorSet: operatorSet, inputs: [.init("x", shape)],
        outputs: types.enumerated().map { .init("y\($0.offset)", nil, type: $0.element) },
        [operation], constants: constants)
    }
  }

  static let cases: [Case] = [
    Case("Clip with both bounds", 10, "Clip", ["min": .float(-0.25), "max": .float(0.5)]),
    Case("Clip with an upper bound", 7, "Clip", ["max": .float(0.5)]),
    Case("Clip without bounds", 10, "Clip"),
    Case(
      "Pad with a value", 10, "Pad", ["pads": .ints([0, 1, 0, 0, 0, 2]), "value": .float(1.5)]),
    Case(
      "Pad that reflects", 10, "Pad",
      ["pads": .ints([0, 1, 0, 0, 0, 2]), "mode": .text("reflect")]),
    Case(
      "Slice of two axes", 9, "Slice",
      ["starts": .ints([1, -3]), "ends": .ints([2, 9]), "axes": .ints([0, 2])]),
    Case("Slice of the first axes", 9, "Slice", ["starts": .ints([1]), "ends": .ints([2])]),
    Case("Squeeze", 11, "Squeeze", ["axes": .ints([1])], shape: [2, 1, 3, 1]),
    Case("Squeeze of all axes of one", 11, "Squeeze", shape: [2, 1, 3, 1]),
    Case("Unsqueeze", 11, "Unsqueeze", ["axes": .ints([0, 3])]),
    Case(
      "Split in uneven parts", 11, "Split", ["axis": .int(2), "split": .ints([1, 3])],
      types: [1, 1]),
    Case("Split in even parts", 11, "Split", ["axis": .int(2)], types: [1, 1]),
    Case("ReduceSum", 11, "ReduceSum", ["axes": .ints([-2]), "keepdims": .int(0)]),
    Case("ReduceSum of all", 11, "ReduceSum"),
    Case("ReduceMean", 11, "ReduceMean", ["axes": .ints([0, 2])]),
    Case("ReduceMax", 13, "ReduceMax", ["axes": .ints([1]), "keepdims": .int(0)]),
    Case("Softmax of a middle axis", 11, "Softmax", ["axis": .int(1)]),
    Case("Softmax without an axis", 11, "Softmax"),
    Case("Softmax of the first axis", 11, "Softmax", ["axis": .int(0)]),
    Case("Softmax of the last axis", 11, "Softmax", ["axis": .int(2)]),
    Case("Softmax of the last axis from behind", 11, "Softmax", ["axis": .int(-1)]),
    Case("Softmax of a middle axis from behind", 11, "Softmax", ["axis": .int(-2)]),
    Case("LogSoftmax of a middle axis", 12, "LogSoftmax", ["axis": .int(1)]),
    Case("Hardmax of a middle axis", 12, "Hardmax", ["axis": .int(1)]),
    Case("Dropout", 7, "Dropout", ["ratio": .float(0.5)]),
    Case("Dropout of a later set", 11, "Dropout", ["ratio": .float(0.5)]),
    Case("TopK", 9, "TopK", ["k": .int(2), "axis": .int(1)], types: [1, 7]),
    Case("TopK of the last axis", 9, "TopK", ["k": .int(3)], types: [1, 7]),
    Case(
      "Upsample to the nearest", 7, "Upsample", ["scales": .floats([1, 1, 2, 3])],
      shape: [1, 2, 3, 4]),
    Case(
      "Upsample between", 8, "Upsample",
      ["scales": .floats([1, 1, 2, 2.5]), "mode": .text("linear")], shape: [1, 2, 3, 4]),
    Case(
      "Upsample by an input", 9, "Upsample", ["mode": .text("linear")], shape: [1, 2, 3, 4],
      inputs: [.init("scales", [4], [1, 1, 2, 2])]),
    Case(
      "Resize to the nearest", 10, "Resize", shape: [1, 2, 3, 4],
      inputs: [.init("scales", [4], [1, 1, 2, 3])]),
    Case(
      "Resize between", 10, "Resize", ["mode": .text("linear")], shape: [1, 2, 3, 4],
      inputs: [.init("scales", [4], [1, 1, 2, 1.5])]),
    Case(
      "Resize to fewer, between", 10, "Resize", ["mode": .text("linear")], shape: [1, 2, 4, 6],
      inputs: [.init("scales", [4], [1, 1, 0.5, 0.5])]),
    Case(
      "BatchNormalization with channels", 7, "BatchNormalization", ["spatial": .int(1)],
      inputs: ["a", "b", "c", "d"].enumerated().map { .init($1, [3], [1, 2, Float($0) + 1]) }),
    Case(
      "GridSample", 16, "GridSample", ["mode": .text("bilinear")], shape: [1, 1, 3, 4],
      inputs: [.init("grid", [1, 1, 2, 2], [-0.5, 0.25, 0.75, 1])]),
    Case(
      "RoiAlign", 10, "RoiAlign", ["output_height": .int(2), "output_width": .int(2)],
      shape: [1, 1, 6, 6],
      inputs: [.init("rois", [1, 4], [0.5, 1, 4, 5]), .init("places", [1], integers: [0])]),
    Case(
      "Scatter", 9, "Scatter", ["axis": .int(1)],
      inputs: [
        .init("places", [1, 2, 1], integers: [2, 0]), .init("updates", [1, 2, 1], [7, 8]),
      ]),
  ]

  @Test(
    .enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"), arguments: cases)
  func `says the same`(_ one: Case) throws {
    var numbers = SplitMix(seed: 11)
    let x = try RuntimeValue(numbers.floats(one.shape.reduce(1, *)), shape: one.shape)
    let before = try NetworkRuns.outputs(of: one.sketch().bytes, ["x": x])
    for version in [13, 21] where version > one.operatorSet {
      var model = try one.sketch().model()
      try model.lift(to: version)
      #expect(model.operatorSet == version)
      // What was written is a model in which each name leads somewhere.
      let bytes = try Model(bytes: try model.bytes(), name: "lifted.onnx").bytes()
      let after = try NetworkRuns.outputs(of: bytes, ["x": x])
      #expect(after.map(\.shape) == before.map(\.shape))
      #expect(after.map(\.allBytes) == before.map(\.allBytes), "operator set \(version)")
    }
  }

  private func refusal(_ sketch: ModelSketch, to version: Int) -> String? {
    guard var model = try? sketch.model() else { return "no model" }
    do throws(NetworkError) {
      try model.lift(to: version)
      return nil
    } catch {
      return error.description
    }
  }

  private func sketch(_ operatorSet: Int, _ operation: ModelSketch.Operation) -> ModelSketch {
    ModelSketch(
      operatorSet: operatorSet, inputs: [.init("x", nil)], outputs: [.init("y", nil)], [operation])
  }

  @Test func `what is not known here is refused by name`() throws {
    let relu = ModelSketch.Operation("Relu", ["x"], ["y"])
    #expect(
      refusal(sketch(6, relu), to: 13)?.contains("operator set 6; expected 7 or later") == true)
    #expect(refusal(sketch(7, relu), to: 13) == nil)
    #expect(refusal(sketch(14, relu), to: 13) == nil)
    let group = ModelSketch.Operation("GroupNormalization", ["x", "x", "x"], ["y"], name: "g")
    let said = refusal(sketch(18, group), to: 21)
    #expect(said?.contains("GroupNormalization g changed its meaning in operator set 21") == true)
    #expect(refusal(sketch(18, group), to: 19) == nil)
    let resize = ModelSketch.Operation(
      "Resize", ["x", "", "x"], ["y"],
      ["coordinate_transformation_mode": .text("tf_half_pixel_for_nn")])
    #expect(refusal(sketch(11, resize), to: 13)?.contains("tf_half_pixel_for_nn") == true)
    let apart = ModelSketch.Operation(
      "BatchNormalization", ["x", "x", "x", "x", "x"], ["y"], ["spatial": .int(0)])
    #expect(refusal(sketch(8, apart), to: 13)?.contains("spatial") == true)
    let scan = ModelSketch.Operation("Scan", ["x"], ["y"])
    #expect(refusal(sketch(8, scan), to: 13)?.contains("operator set 9") == true)
    // An operator of another domain is left as it is.
    let own = ModelSketch.Operation("Clip", ["x"], ["y"], ["max": .float(1)], domain: "own")
    var model = try sketch(10, own).model()
    try model.lift(to: 13)
    #expect(model.nodes[0].float("max") == 1 && model.nodes[0].inputs == ["x"])
  }

  @Test func `a graph within a node is not lifted, and refused where it would have to be`() {
    func branching(_ operatorSet: Int, _ inner: ModelSketch.Operation) -> ModelSketch {
      let branch = ModelSketch(inputs: [], outputs: [.init("b", nil)], [inner])
      return ModelSketch(
        operatorSet: operatorSet, inputs: [.init("x", nil), .init("c", [], type: 9)],
        outputs: [.init("y", nil)],
        [
          .init(
            "If", ["c"], ["y"], ["then_branch": .graph(branch), "else_branch": .graph(branch)])
        ])
    }
    let squeeze = ModelSketch.Operation("Squeeze", ["x"], ["b"], ["axes": .ints([0])])
    let mean = ModelSketch.Operation("ReduceMean", ["x"], ["b"], ["axes": .ints([0])])
    #expect(refusal(branching(11, squeeze), to: 13)?.contains("If y holds a graph") == true)
    #expect(refusal(branching(13, mean), to: 21)?.contains("If y holds a graph") == true)
    #expect(refusal(branching(13, .init("Relu", ["x"], ["b"])), to: 21) == nil)
    #expect(refusal(branching(18, mean), to: 21) == nil)
  }
}
