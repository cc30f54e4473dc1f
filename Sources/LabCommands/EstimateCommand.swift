internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import QuantizationCore
internal import Reports
internal import ResultRecords
internal import TensorIO

/// `rangelab estimate`: ranges and errors of tensor files.
struct EstimateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate",
    abstract: "Pick ranges for tensors and measure what they cost.",
    discussion: """
      FILE is .npy, .npz or .safetensors, or numbers in .txt or .csv; one tensor inside a container \
      is file.npz#name.

      EXAMPLES
        rangelab estimate weights.npy -e minmax percentile[p=99.9] mse -b 4 8
        rangelab estimate model.safetensors#fc.weight -e mse -b 4 --granularity group:128 --format json
        rangelab estimate act_*.npy --batches --calibrate 0..3 --regret -e mse percentile -b 8
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv }

  @Argument(help: "Tensor files.") var files: [String] = []
  @OptionGroup var options: EstimationOptions
  @OptionGroup var batching: BatchOptions
  @Option(help: "How results are printed.") var format: Format = .text

  mutating func run() throws {
    try reportingFailure {
      let files = files + options.takeTrailingFiles()
      guard !files.isEmpty else { throw LabFailure.usage("no tensor file") }
      let (estimators, family) = (try options.estimators(), try options.family())
      let grids = try options.bits().map { CodeGrid(family, bits: $0) }
      let granularity = try options.laneGranularity()
      let nonFinite = try options.nonFinitePolicy()
      let calibration = try batching.calibration()
      let tensors = try batching.tensors(files).map {
        try TensorEstimation(
          $0, batchCount: batching.batchCount, calibration: calibration, granularity: granularity,
          nonFinite: nonFinite, includingOptimum: options.regret)
      }
      let outcomes = try tensors.flatMap { try $0.outcomes(estimators, on: grids) }
      print(try text(of: outcomes), terminator: "")
      guard outcomes.allSatisfy({ !$0.parameters.isEmpty }) else {
        throw ExitCode(LabExit.cellsFailed.rawValue)
      }
    }
  }

  private func text(of outcomes: [CellOutcome]) throws -> String {
    switch format {
    case .json: try EstimateDocument.json(outcomes.map(EstimateDocument.init))
    case .csv:
      ([ResultTable.header] + outcomes.map { ResultTable.line($0.record) })
        .map { $0 + "\n" }.joined()
    case .text: RecordList(outcomes.map(\.record)).text
    }
  }
}
