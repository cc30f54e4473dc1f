internal import Figures
internal import Foundation
internal import ModelFiles
internal import NetworkQuantization
internal import NetworkTraining
internal import RangeFiles
internal import Reports
internal import ResultRecords
internal import TensorIO

/// The files that `model train` writes, beside each other.
struct TrainingFiles {
  let model: String
  private let stem: String

  /// - Parameter output: The model; the other names begin as its name does.
  init(_ output: String) {
    model = output
    stem = output.hasSuffix(".onnx") ? String(output.dropLast(5)) : output
  }

  private var quantized: String { "\(stem).quantized.onnx" }
  private var ranges: String { "\(stem).ranges.json" }
  private var history: String { "\(stem).history.csv" }
  private var figure: String { "\(stem).training.svg" }

  /// The paths.
  func all(isQuantized: Bool) -> [String] {
    [model, history, figure] + (isQuantized ? [quantized, ranges] : [])
  }

  /// Writes what a run has come to.
  func write(_ trainer: Trainer, _ network: TrainedNetwork, _ plan: TrainingPlan) throws {
    let float = network.floatModel(trainer.values)
    let bytes = Array(try float.bytes())
    if case .quantized(let own) = network {
      let result = try own.quantizedModel(trainer.values)
      var hash = ContentHash()
      bytes.withUnsafeBytes { hash.update($0) }
      let name = model.split(separator: "/").last.map(String.init) ?? model
      let set = RangeSet(
        model: RangeSet.Model(name: name, sha256: hash.finish()),
        tensors: own.ranges(trainer.values).tensors)
      try writeAtomically(Array(try result.model.bytes()), to: quantized)
      try writeAtomically(String(decoding: try set.json(), as: UTF8.self), to: ranges)
      for remark in result.remarks { StandardError.say("  \(remark)") }
      StandardError.say(result.sizes.description)
    }
    try float.copyExternalFiles(besides: model)
    try writeAtomically(trainer.state.position.history.csv, to: history)
    let drawing = TrainingFigure(
      model: float.name, plan: plan.summary,
      epochs: trainer.state.position.history.epochs.map {
        TrainingFigure.Epoch(
          loss: $0.loss, accuracy: $0.accuracy, testAccuracy: $0.testAccuracy)
      })
    try writeAtomically(drawing.figure.svg, to: figure)
    // The model comes last: where it is, everything is.
    try writeAtomically(bytes, to: model)
  }
}

/// Progress of a training run on standard error.
struct TrainingProgress {
  private let progress = NetworkProgress("train")

  /// Shows a step.
  func show(_ shown: Trainer.Progress) {
    let accuracy = shown.accuracy.map { ", \(percent($0)) right" } ?? ""
    progress.show(
      "samples, epoch \(shown.epoch)/\(shown.epochs), loss "
        + "\(String(format: "%.4f", shown.loss))\(accuracy)", shown.done, shown.all)
  }
}

private func percent(_ share: Double) -> String { String(format: "%.2f %%", 100 * share) }

extension TrainingHistory {
  /// The last epoch, in a line.
  var summary: String {
    guard let last = epochs.last else { return "no epoch" }
    let training = last.accuracy.map { ", \(percent($0)) right in training" } ?? ""
    let test =
      last.testRight.map { right in
        ", \(right) of \(last.testCount ?? 0) right in the test "
          + "(\(percent(last.testAccuracy ?? 0)))"
      } ?? ""
    return
      "\(epochs.count) epochs: loss \(String(format: "%.4f", last.loss))\(training)\(test)"
  }
}
