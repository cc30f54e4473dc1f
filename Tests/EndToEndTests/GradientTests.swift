import _TestSupport
import Foundation
import Testing

/// `rangelab model gradients`.
@Suite(
  "Gradients of a network",
  .enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
struct GradientTests {
  private let work: Workspace

  init() throws {
    work = try Workspace()
    var numbers = SplitMix(seed: 5)
    let images = TensorBytes.npy(numbers.floats(10 * 784), shape: [10, 1, 28, 28])
    let labels = TensorBytes.npy("|u1", [10], (0..<10).map { $0 })
    try work.write(TensorBytes.npz(members: [("image", images), ("labels", labels)]), to: "d.npz")
    try work.write(TensorBytes.npz(members: [("image", images)]), to: "bare.npz")
    try FileManager.default.createSymbolicLink(
      atPath: work.path("fashion.onnx"), withDestinationPath: NetworkFiles.model("fashion"))
  }

  private func run(_ line: String) throws -> (code: Int32, output: String, messages: String) {
    let run = try RangeLabProgram.run(
      line.split(separator: " ").map(String.init), in: work.path)
    return (run.code, run.output, run.messages)
  }

  /// The loss and the norm of each gradient.
  private func numbers(_ line: String) throws -> [String: Double] {
    let run = try run("model gradients fashion.onnx --data d.npz --format json \(line)")
    try #require(run.code == 0, "\(run.messages)")
    let document = try jsonObject(run.output)
    #expect(document["samples"] as? Int == 10)
    var found = ["": try #require(document["mean_loss"] as? Double)]
    for row in try #require(document["tensors"] as? [[String: Any]]) {
      let name = try #require(row["tensor"] as? String)
      found[name] = try #require(row["gradient_norm"] as? Double)
    }
    #expect(found.count == 24)
    return found
  }

  @Test func `batches of any size give the same mean`() throws {
    let whole = try numbers("--batch-size 10 -o g.safetensors")
    let parts = try numbers("--batch-size 3")
    for (name, value) in whole {
      // Sums over some thousand elements of a batch, in Float.
      #expect(abs(value - (parts[name] ?? .nan)) <= 1e-4 * value, "\(name)")
      #expect(value > 0)
    }
    // Statistics of the batch are others than those of the model.
    let other = try numbers("--batch-size 10 --batch-normalization batch")
    #expect(abs((other[""] ?? 0) - (whole[""] ?? 0)) > 1e-3)
    let inspected = try run("inspect g.safetensors")
    #expect(inspected.code == 0 && inspected.output.contains("head.weight"))
  }

  @Test func `a model has nothing to learn from itself`() throws {
    for loss in ["distillation", "mean-squared-error"] {
      let found = try numbers("--loss \(loss) --teacher fashion.onnx")
      for (name, value) in found { #expect(abs(value) < 1e-4, "\(loss) \(name)") }
    }
  }

  @Test func `the graph is a model`() throws {
    let made = try run("model gradients fashion.onnx --data d.npz --graph graph.onnx")
    #expect(made.code == 0 && made.output.contains("norm of gradient"))
    let copied = try run("model copy graph.onnx -o again.onnx")
    #expect(copied.code == 0, "\(copied.messages)")
    #expect(try work.bytes("graph.onnx") == work.bytes("again.onnx"))
  }

  @Test func `faults are named and write nothing`() throws {
    let bare = try run(
      "model gradients fashion.onnx --data bare.npz -o g.safetensors --graph graph.onnx")
    #expect(bare.code == 65 && bare.messages.contains("labels"), "\(bare.messages)")
    #expect(!FileManager.default.fileExists(atPath: work.path("g.safetensors")))
    #expect(!FileManager.default.fileExists(atPath: work.path("graph.onnx")))
    let same = try run("model gradients fashion.onnx --data d.npz -o d.npz")
    #expect(same.code == 64 && same.messages.contains("--output"))
    let lonely = try run("model gradients fashion.onnx --data d.npz --loss distillation")
    #expect(lonely.code == 64 && lonely.messages.contains("--teacher"))
    let teacher = try run("model gradients fashion.onnx --data d.npz --teacher fashion.onnx")
    #expect(teacher.code == 64)
    let absent = try run("model gradients absent.onnx --data d.npz")
    #expect(absent.code == 66)
  }
}
