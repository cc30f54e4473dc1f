import Foundation
import GradientGraphs
import ModelFiles
import NetworkEvaluation
import NetworkRuntime
import NetworkTraining
import Testing
import _TestSupport

/// Points of the plane in three classes, and networks that learn them.
struct TrainingFixtures {
  let work: Workspace

  init() throws { work = try Workspace() }

  /// A network of one hidden layer.
  static let spec = NetworkSpec(
    name: "plane", input: "x", shape: [2], classes: 3,
    layers: [.linear(outputs: 12), .relu, .linear(outputs: 3)])

  /// Points around three centers; the class is that of the center.
  func samples(
    _ count: Int = 150, seed: UInt64 = 1, for model: Model
  ) throws -> SampleTable {
    var numbers = SplitMix(seed: seed)
    var points: [Float] = []
    var labels: [UInt8] = []
    for index in 0..<count {
      let angle = Float(index % 3) * 2 * .pi / 3
      let noise = numbers.floats(2)
      points += [cos(angle) + 0.5 * noise[0], sin(angle) + 0.5 * noise[1]]
      labels.append(UInt8(index % 3))
    }
    let members = [
      ("x", TensorBytes.npy(points, shape: [count, 2])),
      ("labels", TensorBytes.npy("|u1", [count], labels)),
    ]
    try work.write(TensorBytes.npz(members: members), to: "points\(seed).npz")
    let session = try Session(bytes: try model.bytes(), library: try #require(runtime))
    return try SampleTable(
      try SampleSet(path: work.path("points\(seed).npz"), for: session.inputs))
  }

  /// A run on these points.
  static func trainer(
    _ network: TrainedNetwork, _ samples: SampleTable, _ plan: TrainingPlan,
    targets: TrainingTargets? = nil
  ) throws -> Trainer {
    let graph = try network.graph(
      targets == nil ? .crossEntropy : .distillation(temperature: 2))
    return try Trainer(
      graph, network.parameters(of: graph, plan.optimizer), on: samples,
      targets: targets ?? .labels(samples.labels ?? []), plan: plan, follower: network.follower,
      running: Trainer.Running(network.model, library: try #require(runtime), threads: 1))
  }

  /// The right answers of a model.
  static func right(_ model: Model, _ samples: SampleTable) throws -> Int {
    try TestSamples(
      samples, name: "test", batchSize: 64, threads: 1, library: try #require(runtime)
    ).rightAnswers(of: model)
  }
}
