internal import ArgumentParser
internal import ExperimentRunner
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
internal import ResultRecords
internal import TensorIO

/// Quantizes all tensors of a file into one .safetensors file.
///
/// Several tensors are quantized at once, and each is written as soon as it is done, so memory
/// holds only those in work. Tensors without floats are copied; tensors that cannot be quantized
/// are reported and omitted.
struct QuantizedContainer {
  let choice: QuantizationChoice
  let isPacked: Bool
  let workers: Workers

  /// - Returns: The outcome of each tensor, after the file is complete.
  /// - Throws: If no tensor can be quantized, or the file cannot be written.
  func write(_ listing: TensorListing, to path: String) throws -> TensorAnswers<CellOutcome> {
    let headers = listing.tensors.map(TensorHeader.init)
    var entries = listing.raw.map { SafetensorsEntry($0) }
    let plan = headers.map { header in
      // A tensor without such lanes has no entry; the error is reported in its turn.
      let tensor = choice.tensor(header, isPacked: isPacked)
      defer { entries += tensor?.entries ?? [] }
      return (tensor: tensor, first: entries.count)
    }
    let file = try SafetensorsWriter(
      path: path, entries: entries, metadata: choice.metadata(isPacked: isPacked))
    for (place, raw) in listing.raw.enumerated() { try file.copy(raw, to: place) }
    let answers = TensorAnswers(count: headers.count, workers: workers) { index in
      let (header, planned) = (headers[index], plan[index])
      let outcome = try choice.outcome(of: header, workers: workers)
      let tensor = try TensorFile.open(header.specification)[0].load(nonFinite: choice.nonFinite)
      try planned.tensor?.write(
        tensor.values, with: outcome.parameters, to: file, from: planned.first, workers: workers)
      return outcome
    } failed: { index, reason in
      choice.failed(reason, headers[index])
    }
    try answers.requireOne()
    let left = answers.failed.flatMap { index in
      let (tensor, first) = plan[index]
      return first..<first + (tensor?.entries.count ?? 0)
    }
    try file.finish(without: Set(left))
    return answers
  }
}

/// The estimator, the number format and the granularity of `quantize`.
struct QuantizationChoice: Sendable {
  let estimator: NamedEstimator
  let grid: CodeGrid
  let granularity: Granularity
  let nonFinite: NonFinitePolicy

  static let expectation = "quantize takes one file, one estimator and one number format"

  init(_ options: EstimationOptions, _ registry: EstimatorRegistry) throws {
    let (estimators, grids) = (try options.estimators(registry), try options.grids())
    guard estimators.count == 1, grids.count == 1 else {
      throw LabFailure.usage(Self.expectation)
    }
    estimator = estimators[0]
    grid = grids[0]
    granularity = try options.laneGranularity()
    nonFinite = try options.nonFinitePolicy()
  }

  /// The entry of a tensor; nil if it does not have such lanes.
  func tensor(_ header: TensorHeader, isPacked: Bool) -> QuantizedTensor? {
    LanePartition(shape: header.shape, granularity: granularity).map {
      QuantizedTensor(
        name: header.member ?? header.stem, shape: header.shape, partition: $0,
        grid: grid, isPacked: isPacked)
    }
  }

  /// The quantizers of a tensor and their error.
  ///
  /// - Throws: Also if the estimator is not defined for the tensor.
  func outcome(of header: TensorHeader, workers: Workers) throws -> CellOutcome {
    let estimation = try TensorEstimation(
      [header], granularity: granularity, nonFinite: nonFinite, workers: workers)
    if let remark = estimation.partition.remark { StandardError.say("\(header.stem): \(remark)") }
    let outcome = try estimation.outcomes([estimator], on: [grid], named: header.stem)[0]
    guard !outcome.parameters.isEmpty else {
      throw LabFailure("error: \(header.name): \(outcome.record.status)", .cellsFailed)
    }
    return outcome
  }

  /// The outcome of a tensor that cannot be quantized.
  func failed(_ reason: String, _ header: TensorHeader) -> CellOutcome {
    TensorEstimation.failed(reason, [estimator], on: [grid], granularity, named: header.stem)[0]
  }

  /// The metadata of the file.
  func metadata(isPacked: Bool) -> [(key: String, text: String)] {
    [
      ("producer", "rangelab \(ToolVersion.current)"), ("estimator", estimator.name),
      ("bits", "\(grid.bits.count)"), ("scheme", grid.family.scheme.rawValue),
      ("grid", grid.family.gridName), ("codes", grid.description),
      ("granularity", granularity.description),
    ] + (isPacked ? [("packing", "two codes a byte, the first in the low bits")] : [])
  }
}
