import Foundation
import Glibc
import Testing
import _TestSupport

/// `rangelab model train`, as a user runs it.
@Suite("Training, from layers to a quantized network")
struct TrainingTests {
  private let work: Workspace

  /// Images of a bar, which lies or stands: two classes.
  init() throws {
    work = try Workspace()
    var numbers = SplitMix(seed: 9)
    var images: [Float] = []
    var labels: [UInt8] = []
    for index in 0..<96 {
      let (isUpright, place) = (index % 2 == 1, Int.random(in: 0..<8, using: &numbers))
      for pixel in 0..<64 {
        let isBar = (isUpright ? pixel % 8 : pixel / 8) == place
        images.append((isBar ? 1 : 0) + 0.2 * numbers.floats(1)[0])
      }
      labels.append(isUpright ? 1 : 0)
    }
    let members = [
      ("image", TensorBytes.npy(images, shape: [96, 1, 8, 8])),
      ("labels", TensorBytes.npy("|u1", [96], labels)),
    ]
    try work.write(TensorBytes.npz(members: members), to: "bars.npz")
    try work.write(Self.spec, to: "bars.yaml")
  }

  private static let spec = """
    name: bars
    input: {name: image, shape: [1, 8, 8]}
    classes: 2
    layers:
      - conv: {outputs: 4, kernel: 3, padded: true}
      - batch-norm
      - relu
      - max-pool: {kernel: 2}
      - depthwise: {kernel: 3, padded: true}
      - relu
      - flatten
      - linear: {outputs: 2}

    """
  private static let train =
    "model train --from-scratch bars.yaml --data bars.npz --test bars.npz --epochs 8 --batch-size 16 --rate 0.02"

  @discardableResult
  private func succeed(_ line: String) throws -> RangeLabProgram.Outcome {
    let run = try RangeLabProgram.run(line.split(separator: " ").map(String.init), in: work.path)
    #expect(run.code == 0 && run.output.isEmpty, "\(line): \(run.messages)")
    return run
  }

  /// The right answers in the test behind the last epoch.
  private func right(_ history: String) throws -> Int {
    let rows = try work.text(history).split(separator: "\n")
    #expect(
      rows[0] == "epoch,loss,accuracy,test_right,test_count,test_accuracy,rate" && rows.count > 1)
    let fields = try #require(rows.last).split(separator: ",", omittingEmptySubsequences: false)
    return try #require(Int(fields[3]))
  }

  @Test func `a network is made, learns, and is quantized to two bits`() throws {
    let run = try succeed(Self.train + " -o float.onnx")
    #expect(run.messages.contains("8 epochs: loss "))
    #expect(try right("float.history.csv") >= 94)
    #expect(try work.text("float.training.svg").contains("wrong answers, test"))
    try succeed(
      "model train float.onnx --data bars.npz --test bars.npz --quantize --weight-bits 2 "
        + "--activation-bits 2 --epochs 4 --batch-size 16 --rate 0.01 -o trained.onnx")
    #expect(try right("trained.history.csv") >= 90)
    // What the history says is what the verb that judges models says.
    let table = try RangeLabProgram.run(
      [
        "model", "evaluate", "float.onnx", "trained.quantized.onnx", "--data", "bars.npz",
        "--format", "json",
      ], in: work.path)
    let found = try jsonObject(table.output)
    let model = try #require((found["models"] as? [[String: Any]])?.first)
    let share = try #require(model["top1"] as? Double)
    #expect(Int((share * 96).rounded()) == (try right("trained.history.csv")))
    // Ranges and float weights give the same quantized model again.
    let quantized = try RangeLabProgram.run(
      [
        "model", "quantize", "trained.onnx", "--ranges", "trained.ranges.json", "-o", "again.onnx",
      ], in: work.path)
    #expect(quantized.code == 0, "\(quantized.messages)")
    let again = try RangeLabProgram.run(
      [
        "model", "evaluate", "trained.quantized.onnx", "again.onnx", "--data", "bars.npz",
        "--format", "json",
      ], in: work.path)
    #expect(again.output.contains("\"agreement\" : 1"))
    #expect(
      try work.names().filter { $0.hasPrefix("trained") } == [
        "trained.history.csv", "trained.onnx", "trained.quantized.onnx", "trained.ranges.json",
        "trained.training.svg",
      ])
  }

  @Test func `a run that is killed goes on and ends in the same bytes`() throws {
    let long = Self.train.replacing("--epochs 8", with: "--epochs 40")
    try succeed(long + " -o whole.onnx")
    let program = try #require(RangeLabProgram.path)
    let line = long + " -o killed.onnx --checkpoint run.ckpt --checkpoint-seconds 0"
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = line.split(separator: " ").map(String.init)
    process.currentDirectoryURL = URL(filePath: work.path)
    process.standardError = FileHandle.nullDevice
    try process.run()
    // Killed as soon as something is kept; a checkpoint is a whole file at every moment.
    while !work.exists("run.ckpt"), process.isRunning { usleep(2000) }
    usleep(20000)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try #require(process.terminationReason == .uncaughtSignal, "the run ended before the signal")
    #expect(!work.exists("killed.onnx") && !work.exists("killed.history.csv"))
    try succeed(line)
    for suffix in ["onnx", "history.csv", "training.svg"] {
      #expect(try work.bytes("killed.\(suffix)") == work.bytes("whole.\(suffix)"), "\(suffix)")
    }
    try work.expectFailure(line + " --seed 1", 65, "run.ckpt: is of another run")
  }

  @Test func `wrong input ends with its message and code`() throws {
    for (line, code, words) in [
      ("model train --data bars.npz -o o.onnx", 64, "either a model or --from-scratch"),
      (Self.train + " --epochs 0 -o o.onnx", 64, "--epochs cannot be 0"),
      (Self.train + " --quantize -o o.onnx", 64, "need a model that is trained already"),
      (Self.train + " --calibration bars.npz -o o.onnx", 64, "need --quantize"),
      (Self.train + " -o none/o.onnx", 64, "its folder does not exist"),
      (Self.train + " --checkpoint bars.npz -o o.onnx", 64, "is the input"),
      (
        Self.train.replacing("--data bars.npz", with: "--data .") + " -o o.onnx", 66,
        "no file train-images-idx3-ubyte"
      ),
      (
        Self.train.replacing("--data bars.npz", with: "--data none.npz") + " -o o.onnx", 66,
        "none.npz"
      ),
      (Self.train.replacing("bars.yaml", with: "none.yaml") + " -o o.onnx", 66, "none.yaml"),
      ("model train bars.npz --data bars.npz -o o.onnx", 65, "is no ONNX model"),
    ] as [(String, Int32, String)] {
      try work.expectFailure(line, code, words)
    }
    #expect(try work.names().filter { $0.hasPrefix("o.") }.isEmpty)
  }

  @Test func `a model with batches of a fixed size is trained in those`() throws {
    var numbers = SplitMix(seed: 3)
    let model = ModelSketch(
      operatorSet: 17, inputs: [.init("image", [4, 1, 8, 8])], outputs: [.init("y", [4, 2])],
      [.init("Flatten", ["image"], ["f"]), .init("Gemm", ["f", "w", "b"], ["y"])],
      constants: [.init("w", [64, 2], numbers.floats(128)), .init("b", [2], [0, 0])])
    try work.write(model.bytes, to: "fixed.onnx")
    let train = "model train fixed.onnx --data bars.npz --epochs 1 -o o.onnx"
    try succeed("\(train) --samples 92 --test bars.npz")
    #expect(try work.text("o.history.csv").contains(",96,"))
    try work.expectFailure(
      "\(train) --samples 94", 65, "bars.npz: has 94 samples; expected a multiple of 4")
  }

  @Test func `faults of a network have their places`() throws {
    let wrong = Self.spec.replacing("- relu\n", with: "- rely\n")
      .replacing("outputs: 4", with: "outputs: 0").replacing(
        "- batch-norm", with: "- batch-norm: {}")
    try work.write(wrong, to: "bars.yaml")
    let run = try RangeLabProgram.run(
      (Self.train + " -o o.onnx").split(separator: " ").map(String.init), in: work.path)
    #expect(run.code == 65)
    for words in [
      "bars.yaml:5:21: error: outputs is '0'; expected a whole number from 1 to 65536",
      "bars.yaml:6:5: error: the layer 'batch-norm' takes nothing; expected the word alone",
      "bars.yaml:7:5: error: unknown layer 'rely'; expected one of conv",
      "did you mean 'relu'?",
    ] { #expect(run.messages.contains(words), "\(run.messages)") }
    try work.write(
      Self.spec.replacing("linear: {outputs: 2}", with: "linear: {outputs: 3}"), to: "bars.yaml")
    try work.expectFailure(
      Self.train + " -o o.onnx", 65, "bars: the last layer makes the shape [3]; expected [2]")
  }
}
