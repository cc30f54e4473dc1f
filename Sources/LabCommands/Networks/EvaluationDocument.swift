internal import Foundation
internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkRuntime
internal import ScientificMath

/// What `model evaluate` prints.
struct EvaluationDocument: Encodable {
  /// The float model.
  struct Float: Encodable {
    let file: String
    let bytes: Int
    let samples: Int
    let top1: Double?
    let top1Interval: [Double]?
    let mrr: Double?
    let medianMs: Double?
  }

  /// What one judge says of a model.
  struct Verdict: Encodable {
    let top1: Double?
    let top1Interval: [Double]?
    let top1Drop: Double?
    let pValue: Double?
    let mrr: Double?
    let agreement: Double
    let outputMse: Double
    let outputSqnrDb: Double
    let outputCosine: Double
    let outputKl: Double

    init(_ score: ModelScore, _ float: ModelScore) {
      top1 = score.answers.accuracy
      top1Interval = score.answers.interval.map { [$0.lowerBound, $0.upperBound] }
      top1Drop = score.answers.accuracy.flatMap { own in float.answers.accuracy.map { $0 - own } }
      pValue = score.answers.test(against: float.answers)?.probability
      mrr = score.answers.meanReciprocalRank
      agreement = score.agreement
      outputMse = score.errors.meanSquaredError
      outputSqnrDb = score.errors.signalToNoise
      outputCosine = score.errors.cosine
      outputKl = score.errors.meanDivergence
    }
  }

  /// A quantized model: what its ranges cost, and behind `deployed` what this processor makes of it.
  struct Model: Encodable {
    let file: String
    let bytes: Int
    let samples: Int
    let medianMs: Double?
    let speedup: Double?
    let simulated: Verdict
    let deployed: Verdict

    private enum CodingKeys: String, CodingKey {
      case file, bytes, samples, medianMs, speedup, deployed
    }

    func encode(to encoder: any Encoder) throws {
      // The figures of the simulated model stand beside the name: they are what gates compare.
      try simulated.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(file, forKey: .file)
      try container.encode(bytes, forKey: .bytes)
      try container.encode(samples, forKey: .samples)
      try container.encodeIfPresent(medianMs, forKey: .medianMs)
      try container.encodeIfPresent(speedup, forKey: .speedup)
      try container.encode(deployed, forKey: .deployed)
    }
  }

  let float: Float
  let models: [Model]
  let onnxruntime: String
  let processor: [String]
  let batchSize: Int

  init(_ evaluation: ModelEvaluation, float path: String, library: RuntimeLibrary, batchSize: Int) {
    let reference = evaluation.float
    float = Float(
      file: path, bytes: Self.bytes(path), samples: reference.samples,
      top1: reference.answers.accuracy,
      top1Interval: reference.answers.interval.map { [$0.lowerBound, $0.upperBound] },
      mrr: reference.answers.meanReciprocalRank, medianMs: reference.medianMilliseconds)
    models = evaluation.models.map { model in
      let own = model.deployed.medianMilliseconds
      return Model(
        file: model.path, bytes: Self.bytes(model.path), samples: model.simulated.samples,
        medianMs: own,
        speedup: own.flatMap { own in reference.medianMilliseconds.map { $0 / own } },
        simulated: Verdict(model.simulated, reference),
        deployed: Verdict(model.deployed, reference))
    }
    onnxruntime = library.version
    processor = processorFeatures
    self.batchSize = batchSize
  }

  /// The size of a model's file and of the files of external data that it names.
  private static func bytes(_ path: String) -> Int {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let external = (try? ModelFiles.Model(path: path))?.externalFiles ?? []
    return ([path] + external.map { "\(folder)/\($0)" }).reduce(0) { sum, file in
      // A link is as large as the file that it leads to.
      let target = URL(fileURLWithPath: file).resolvingSymlinksInPath().path
      let size = try? FileManager.default.attributesOfItem(atPath: target)[.size] as? Int
      return sum + (size.flatMap { $0 } ?? 0)
    }
  }

  /// Where the two judges differ by more than chance would have it.
  var remarks: [String] {
    models.filter { $0.simulated.outputSqnrDb - $0.deployed.outputSqnrDb > 3 }.map { model in
      let worse = String(
        format: "%.1f dB", model.simulated.outputSqnrDb - model.deployed.outputSqnrDb)
      let reason =
        processor.contains("VNNI")
        ? "its integer kernels compute otherwise than its quantizers say"
        : "its integer kernels saturate on a processor without VNNI; --weight-bits 7 avoids it"
      return "\(model.file): deployed, its output is \(worse) worse than its ranges cost: \(reason)"
    }
  }
}
