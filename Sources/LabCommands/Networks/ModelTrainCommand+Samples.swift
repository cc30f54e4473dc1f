internal import ExperimentRunner
internal import Foundation
internal import GradientGraphs
internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkRuntime
internal import NetworkTraining
internal import RangeFiles
internal import ResultRecords
internal import TensorIO

/// What a network is trained on.
extension ModelTrainCommand {
  /// The samples of a file, or of a part of a folder of IDX files.
  func sampleSet(
    _ path: String, _ part: String, _ float: Model, _ library: RuntimeLibrary
  ) throws -> SampleSet {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let session = try Session.exposing(
      [], of: float, library: library, options: SessionOptions(threads: running.threads))
    let start = exists && isFolder.boolValue ? "\(path)/\(part)" : path
    guard !isFolder.boolValue || IDXFile.path("\(start)-images-idx3-ubyte") != nil else {
      throw LabFailure(
        "error: \(path): no file \(part)-images-idx3-ubyte, as it is or with .gz; expected the IDX files",
        .missingInput)
    }
    return try running.samples(start, for: session)
  }

  /// Checks that samples fill the batches of a model that takes no others.
  func requireWholeBatches(_ count: Int, of fixed: Int?, in path: String) throws {
    guard let fixed, !count.isMultiple(of: fixed) else { return }
    throw NetworkDataError(
      "\(path): has \(count) samples; expected a multiple of \(fixed), the size of the model's batches"
    )
  }

  /// What outputs are compared with.
  func targets(
    _ float: Model, _ table: SampleTable, _ library: RuntimeLibrary
  ) throws -> TrainingTargets {
    guard distill else {
      guard let labels = table.labels else {
        throw NetworkDataError(
          "\(data): has no array 'labels'; expected the class of each sample, or --distill")
      }
      let classes = float.outputs.first?.shape?.last ?? nil
      if let classes, let odd = labels.first(where: { !(0..<classes).contains($0) }) {
        throw NetworkDataError("\(data): a label is \(odd); expected 0 to \(classes - 1)")
      }
      return .labels(labels)
    }
    let session = try Session.exposing(
      [], of: float, library: library, options: SessionOptions(threads: running.threads))
    return .teacher(session, output: session.outputs[0].name)
  }

  /// What the bytes of the result depend on, beside this program, as a line.
  func identity(
    _ network: TrainedNetwork, _ plan: TrainingPlan, _ table: SampleTable, _ tested: SampleTable?
  ) throws -> String {
    var hash = ContentHash()
    try network.model.bytes().withUnsafeBytes { hash.update($0) }
    if case .quantized(let quantized) = network {
      try quantized.ranges([:]).json().withUnsafeBytes { hash.update($0) }
    }
    var contents = ContentHash()
    for samples in [table, tested].compactMap(\.self) {
      samples.withContents { contents.update($0) }
    }
    let ways = "\(distill ? "distilled at \(temperature), " : "")\(running.threads) threads"
    return "\(plan.summary), \(ways), \(table.count) samples "
      + "\(contents.finish().prefix(12)), "
      + "\(quantization.quantize ? quantization.scales.rawValue : batchNorm.rawValue), "
      + "model \(hash.finish().prefix(12))"
  }
}
