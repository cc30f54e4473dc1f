internal import ArgumentParser
internal import Foundation
internal import NetworkTraining

/// The options that say how a network is trained.
struct TrainingOptions: ParsableArguments {
  enum Method: String, ExpressibleByArgument, CaseIterable { case sgd, adam }

  @Option(help: "How often all samples are seen.") var epochs = 10
  @Option(help: "The samples of a step, unless the model has a fixed number.") var batchSize = 64
  @Option(help: "How parameters follow gradients: sgd (with momentum) or adam.")
  var optimizer: Method = .adam
  @Option(
    help: ArgumentHelp(
      "The highest rate; 0.001 for adam, 0.05 for sgd where none is given.", valueName: "number"))
  var rate: Double?
  @Option(help: "The momentum of sgd.") var momentum: Float = 0.9
  @Option(help: "The pull of weights towards zero.") var weightDecay: Float = 0
  @Option(
    name: .customLong("warm-up"),
    help: ArgumentHelp(
      "The epochs in which the rate rises; then it falls along a cosine.", valueName: "epochs"))
  var warmUp = 0.0
  @Option(help: "The seed of the order of samples and of new weights.") var seed: UInt64 = 0
  @Flag(help: "Keep weights that are exactly zero at the start zero, as pruned ones are.")
  var keepZeros = false

  func validate() throws {
    guard epochs >= 1 else {
      throw ValidationError("--epochs cannot be \(epochs); expected 1 or more.")
    }
    guard batchSize >= 1 else {
      throw ValidationError("--batch-size cannot be \(batchSize); expected 1 or more.")
    }
    guard rate ?? 1 > 0, rate?.isFinite != false else {
      throw ValidationError("--rate cannot be \(rate ?? 0); expected a number above 0.")
    }
    guard (0..<1).contains(momentum) else {
      throw ValidationError("--momentum cannot be \(momentum); expected 0 or more, below 1.")
    }
    guard weightDecay >= 0, weightDecay.isFinite else {
      throw ValidationError("--weight-decay cannot be \(weightDecay); expected 0 or more.")
    }
    guard warmUp >= 0, warmUp.isFinite else {
      throw ValidationError("--warm-up cannot be \(warmUp); expected 0 or more.")
    }
  }

  /// The plan.
  ///
  /// - Parameter fixedBatch: The size of the model's batches, where it takes no other.
  func plan(fixedBatch: Int?) -> TrainingPlan {
    TrainingPlan(
      epochs: epochs, batchSize: fixedBatch ?? batchSize,
      optimizer: Optimizer(
        optimizer == .adam ? Optimizer.adam : .momentum(momentum), weightDecay: weightDecay),
      rate: rate ?? (optimizer == .adam ? 0.001 : 0.05), warmUpEpochs: warmUp, seed: seed,
      keepsZeros: keepZeros)
  }
}

/// The options that say what becomes of quantizers in training.
struct QuantizedTrainingOptions: ParsableArguments {
  @Flag(help: "Train with fake quantization, and write the quantized model too.")
  var quantize = false
  @Option(
    help: ArgumentHelp(
      "What becomes of scales: fixed, following (moving averages of the ends), learned (LSQ) or "
        + "learned-affine (LSQ+: zero points too).",
      valueName: "way"))
  var scales: ScaleTraining = .learned
  @Option(
    help: ArgumentHelp(
      "The ranges at the start (.json), as 'model calibrate' writes them.", valueName: "file"))
  var ranges: String?
  @Option(
    help: ArgumentHelp(
      "The samples for starting ranges; the first of --data where none are given.",
      valueName: "file"))
  var calibration: String?
  @Option(help: "How many of them at most.") var calibrationSamples = 256

  func validate() throws {
    guard calibrationSamples >= 1 else {
      throw ValidationError(
        "--calibration-samples cannot be \(calibrationSamples); expected 1 or more.")
    }
    guard quantize || ranges == nil && calibration == nil else {
      throw ValidationError("--ranges and --calibration need --quantize.")
    }
  }
}

extension ScaleTraining: ExpressibleByArgument {}
