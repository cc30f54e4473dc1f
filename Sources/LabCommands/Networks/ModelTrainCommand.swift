internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import GradientGraphs
internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkQuantization
internal import NetworkRuntime
internal import NetworkTraining
internal import RangeEstimation
internal import RangeFiles
internal import Reports
internal import ResultRecords
internal import TensorIO

/// `rangelab model train`: trains a network, with fake quantization where asked for.
struct ModelTrainCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network, as it is or with the errors of its codes.",
    discussion: """
      The gradients are a graph of ONNX operators, run by ONNX Runtime. DATA and TEST are .npz files with \
      an array for each input and 'labels', or folders with the four IDX files of MNIST and its \
      successors; the model with the trained weights goes to OUT.onnx, the history of the epochs \
      beside it (OUT.history.csv, OUT.training.svg).

      With --quantize the quantizers of 'model quantize' are simulated while weights, and with --scales \
      learned the scales, follow their gradients. Ranges begin where the rules put them. Then there are \
      also the quantized model (OUT.quantized.onnx) and its ranges (OUT.ranges.json).

      With --distill the outputs of the model as it is are what is learned: no labels are needed.

      With --checkpoint a run that was interrupted goes on, and ends in the same bytes.

      EXAMPLES
        rangelab model train --from-scratch network.yaml --data images --test images -o float.onnx
        rangelab model train float.onnx --data images --test images --quantize --weight-bits 4 \
      --activation-bits 4 --epochs 2 -o trained.onnx
        rangelab model train float.onnx --data samples.npz --quantize --distill -o trained.onnx
      """)

  @Argument(help: "The float model (.onnx).") var model: String?
  @Option(
    help: ArgumentHelp("Make a new network of these layers (.yaml).", valueName: "file"))
  var fromScratch: String?
  @Option(
    help: ArgumentHelp(
      "The samples: .npz or .npy, or a folder with IDX files.", valueName: "file"))
  var data: String
  @Option(help: "Use only so many of the samples, the first ones.") var samples: Int?
  @Option(
    help: ArgumentHelp("Samples to judge each epoch by; never learned from.", valueName: "file"))
  var test: String?
  @Flag(help: "Learn the outputs of the model as it is, without labels.") var distill = false
  @Option(help: "The temperature of --distill.") var temperature: Float = 1
  @Option(
    help: ArgumentHelp(
      "The statistics of batch normalizations while a float model is trained: batch (and running ones "
        + "follow) or frozen.", valueName: "mode"))
  var batchNorm: BatchNormalizationMode = .batch
  @Option(
    help: ArgumentHelp("Where the run is kept, to go on from.", valueName: "file"))
  var checkpoint: String?
  @Option(help: "The seconds between checkpoints.") var checkpointSeconds = 10.0
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Where the model goes (.onnx).", valueName: "file"))
  var output: String
  @OptionGroup(title: "Training") var training: TrainingOptions
  @OptionGroup(title: "Fake quantization") var quantization: QuantizedTrainingOptions
  @OptionGroup(title: "Starting ranges") var rules: NetworkRuleOptions
  @OptionGroup var placement: PlacementOptions
  @OptionGroup var running: RuntimeOptions
  @OptionGroup var jobs: JobOptions

  func validate() throws {
    guard (model == nil) != (fromScratch == nil) else {
      throw ValidationError("expected either a model or --from-scratch.")
    }
    guard model != nil || !quantization.quantize && !distill else {
      throw ValidationError(
        "--quantize and --distill need a model that is trained already; found --from-scratch.")
    }
    guard samples ?? 1 >= 1 else {
      throw ValidationError("--samples cannot be \(samples ?? 0); expected 1 or more.")
    }
    guard temperature > 0, temperature.isFinite else {
      throw ValidationError("--temperature cannot be \(temperature); expected a number above 0.")
    }
  }

  mutating func run(with registry: EstimatorRegistry) throws {
    try reportingFailure {
      let files = TrainingFiles(output)
      var outputs = OutputGuard(
        inputs: [model, fromScratch, data, test, quantization.ranges, quantization.calibration]
          .compactMap { $0 })
      for path in files.all(isQuantized: quantization.quantize) {
        try outputs.claimEarly(path, for: "--output")
      }
      if let checkpoint { try outputs.claimEarly(checkpoint, for: "--checkpoint") }
      let library = try running.openLibrary()
      let float = try floatModel()
      let set = try sampleSet(data, "train", float, library)
      let network = try network(float, set, registry, library)
      try train(network, float, set, files, library)
    }
  }

  /// The float model, in an operator set that has gradients.
  private func floatModel() throws -> Model {
    guard let model else {
      guard let fromScratch else { throw LabFailure.usage("no model") }
      return try NetworkSpecFile.read(fromScratch).model(seed: training.seed)
    }
    var float = try Model(path: model)
    try float.lift(to: GradientGraph.operatorSet)
    return float
  }

  /// What is trained: the model, with quantizers where asked for.
  private func network(
    _ float: Model, _ set: SampleSet, _ registry: EstimatorRegistry, _ library: RuntimeLibrary
  ) throws -> TrainedNetwork {
    guard quantization.quantize, let model else { return .float(float, batchNorm) }
    try rules.refuseOutputAware()
    var network = try PreparedNetwork(model, placement.choice())
    try network.lift(to: GradientGraph.operatorSet)
    let ranges = try quantization.ranges.map { try RangeSet(file: $0) }
    let start =
      try ranges
      ?? {
        let calibration = NetworkCalibration(network, workers: jobs.workers)
        let samples = try quantization.calibration.map {
          try sampleSet($0, "train", network.model, library)
        }
        let run = NetworkCalibration.Run(
          (samples ?? set).prefix(quantization.calibrationSamples), batchSize: 16,
          threads: running.threads, library: library)
        return try calibration.ranges(
          weights: try rules.weightRule(registry),
          activations: (try rules.activationRule(registry), run),
          progress: NetworkProgress("calibrate").show)
      }()
    StandardError.say(network.report)
    return .quantized(
      try FakeQuantizedNetwork(
        network.model, network.placement, start, scales: quantization.scales))
  }

  private func train(
    _ network: TrainedNetwork, _ float: Model, _ set: SampleSet, _ files: TrainingFiles,
    _ library: RuntimeLibrary
  ) throws {
    let plan = training.plan(fixedBatch: set.fixedBatch)
    let table = try SampleTable(samples.map { set.prefix($0) } ?? set)
    try requireWholeBatches(table.count, of: set.fixedBatch, in: data)
    let graph = try network.graph(
      distill ? .distillation(temperature: temperature) : .crossEntropy)
    let threads = running.threads
    var trainer = try Trainer(
      graph, network.parameters(of: graph, plan.optimizer), on: table,
      targets: try targets(float, table, library), plan: plan, follower: network.follower,
      running: Trainer.Running(network.model, library: library, threads: threads))
    let tested = try test.map { path in
      let set = try sampleSet(path, "t10k", float, library)
      try requireWholeBatches(set.count, of: set.fixedBatch, in: path)
      return try SampleTable(set)
    }
    let judge = try tested.map {
      try TestSamples(
        $0, name: test ?? "", batchSize: set.fixedBatch ?? 256, threads: threads, library: library)
    }
    let kept = try checkpoint.map { path in
      Checkpoint(path: path, run: try identity(network, plan, table, tested))
    }
    let progress = TrainingProgress()
    try trainer.run(
      checkpoint: kept, every: checkpointSeconds,
      judge: { values in
        try judge.map {
          (right: try $0.rightAnswers(of: network.judgedModel(values)), count: $0.count)
        }
      }, progress: progress.show)
    try files.write(trainer, network, plan)
    StandardError.say(trainer.state.position.history.summary)
  }
}
