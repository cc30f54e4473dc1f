internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import QuantizationCore
internal import RangeEstimation
internal import Reports
internal import ResultRecords
internal import TensorIO

/// `rangelab estimate`: prints ranges and errors of tensor files.
struct EstimateCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate",
    abstract: "Pick ranges for tensors and measure what they cost.",
    discussion: """
      FILE is .npy, .npz or .safetensors, an ONNX model (.onnx), an index of shards \
      (model.safetensors.index.json), or numbers in .txt, .csv or .tsv; '-' is standard input; one \
      tensor inside a container is file.npz#name, and some of them are file.npz#layer.*. Without -e: \
      minmax, percentile, kl and mse; without -b: 4 and 8 bits.

      A tensor that cannot be read or cut gets rows with the status 'failed: ...', and the others \
      their answers. A method that has no meaning for a tensor or a grid is 'skipped: ...', which is \
      no failure.

      EXAMPLES
        rangelab estimate weights.npy
        rangelab estimate weights.npy -e minmax percentile[p=99.9] mse -b 4 8
        rangelab estimate model.safetensors#fc.weight -e mse -b 4 --granularity group:128 --format json
        rangelab estimate act_*.npy --batches --calibrate 0..3 --regret -e mse percentile -b 8

      EXIT CODES
        0 done; 3 some tensors or cells failed, the rest is printed; 64 usage; \
      65 no tensor could be answered; 66 no such file; 74 standard output cannot be written.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv }

  @Argument(help: "Tensor files.") var files: [String] = []
  @OptionGroup var options: EstimationOptions
  @OptionGroup var batching: BatchOptions
  @Option(help: "How results are printed.") var format: Format = .text
  @OptionGroup var jobs: JobOptions

  mutating func run(with registry: EstimatorRegistry) throws {
    try reportingFailure {
      let files = options.takeFiles(files, registry)
      guard !files.isEmpty else { throw LabFailure.usage("no tensor file") }
      options.fillIn()
      let (estimators, grids) = (try options.estimators(registry), try options.grids())
      let granularity = try options.laneGranularity()
      let nonFinite = try options.nonFinitePolicy()
      let calibration = try batching.calibration()
      let (batchCount, includingOptimum) = (batching.batchCount, options.regret)
      let (subjects, workers, format) = (try batching.subjects(files), jobs.workers, format)
      let answers = TensorAnswers(count: subjects.count, workers: workers) { index in
        let subject = subjects[index]
        let estimation = try TensorEstimation(
          subject.files.get(), batchCount: batchCount, calibration: calibration,
          granularity: granularity, nonFinite: nonFinite, includingOptimum: includingOptimum,
          workers: workers)
        if let remark = estimation.partition.remark {
          StandardError.say("\(subject.name): \(remark)")
        }
        return Rows(
          try estimation.outcomes(estimators, on: grids, named: subject.name), in: format)
      } failed: { index, reason in
        Rows(
          TensorEstimation.failed(
            reason, estimators, on: grids, granularity, named: subjects[index].name), in: format)
      }
      try answers.requireOne()
      let rows = answers.answers
      let records = rows.flatMap(\.records)
      switch format {
      case .json: print(try EstimateDocument.json(rows.flatMap(\.documents)), terminator: "")
      case .csv: print(Self.table(records), terminator: "")
      case .text: print(RecordList(records).text, terminator: "")
      }
      try answers.finish(records)
    }
  }

  /// The output for one tensor; it keeps the quantizers only if the format prints them.
  private struct Rows {
    let records: [ResultRecord]
    let documents: [EstimateDocument]

    init(_ outcomes: [CellOutcome], in format: Format) {
      records = outcomes.map(\.record)
      documents = format == .json ? outcomes.map(EstimateDocument.init) : []
    }
  }

  private static func table(_ records: [ResultRecord]) -> String {
    ([ResultTable.header] + records.map { ResultTable.line($0) }).map { $0 + "\n" }.joined()
  }
}
