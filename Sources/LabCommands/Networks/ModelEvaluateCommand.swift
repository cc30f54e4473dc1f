internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import IntegerLayers
internal import IntegerNetworks
internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkQuantization
internal import NetworkRuntime
internal import RangeEstimation
internal import TensorIO

/// `rangelab model evaluate`: compares quantized models with their float model.
struct ModelEvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Compare quantized models with their float model on samples.",
    discussion: """
      Each model is judged twice: with its quantizers computed in float, which is what the ranges cost \
      and the same on every processor, and as it is deployed, with integer kernels, which saturate on \
      some processors.

      With --layers the errors of each tensor are printed instead: by its own quantizer on the float \
      model's values, and with all errors that came before.

      With --integers the model runs in whole numbers: codes with 32-bit accumulators, as a processor for \
      int8 computes them. For each layer the bits that its accumulators needed are printed, and how many codes \
      differ from the simulated model. Operators between layers that have no integer form are computed in \
      float and named. An accumulator that overflows is an error.

      DATA is an .npz file with an array for each input and, for an accuracy, 'labels'. A retrieval \
      task takes two files: row i of the first belongs to row i of the second.

      EXAMPLES
        rangelab model evaluate model.onnx quantized.onnx --data test.npz
        rangelab model evaluate e.onnx q.onnx --task retrieval --data queries.npz --data documents.npz
        rangelab model evaluate model.onnx quantized.onnx --data test.npz --layers --figure depth.svg
      """)

  enum Task: String, ExpressibleByArgument, CaseIterable { case classification, retrieval }
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, csv, markdown }

  @Argument(help: "The float model (.onnx).") var float: String
  @Argument(help: "Quantized models (.onnx).") var quantized: [String]
  @Option(help: ArgumentHelp("The samples (.npz or .npy).", valueName: "file")) var data: [String]
  @Option(help: "What outputs are: classification or retrieval.") var task: Task = .classification
  @Option(help: "How results are printed.") var format: Format = .text
  @Flag(help: "Print the error of each tensor along the depth of the model.") var layers = false
  @Option(help: ArgumentHelp("Where a figure of --layers goes (.svg).", valueName: "file"))
  var figure: String?
  @Flag(help: "Run the models in integers and compare with the simulated ones.") var integers =
    false
  @Option(
    help: "How --integers makes codes of sums: float, or fixed-point with 31 bits and a shift.")
  var requantize: RequantizationRounding = .float
  @OptionGroup var running: SampleOptions
  @OptionGroup var jobs: JobOptions

  func validate() throws {
    if figure != nil, !layers { throw ValidationError("--figure needs --layers, which it shows.") }
    if integers, layers || task == .retrieval || format == .csv {
      throw ValidationError(
        "--integers goes with --task classification and --format text, markdown or json, and without --layers."
      )
    }
    let wanted = task == .retrieval ? 2 : 1
    guard data.count == wanted else {
      throw ValidationError(
        "--data is given \(data.count) times; expected \(wanted) for \(task.rawValue).")
    }
  }

  mutating func run() throws {
    try reportingFailure {
      let library = try running.openLibrary()
      if layers { return try printLayers(library) }
      if integers { return try printIntegers(library) }
      let session = try Session(float, library: library)
      let sets = try data.map { try running.samples($0, for: session) }
      if task == .retrieval, sets[0].count != sets[1].count {
        throw NetworkDataError(
          "\(data[1]): \(sets[1].count) samples; expected \(sets[0].count), one for each of \(data[0])"
        )
      }
      let progress = NetworkProgress("evaluate")
      let evaluation = try ModelEvaluation(
        float: float, quantized: quantized,
        on: task == .retrieval
          ? .retrieval(queries: sets[0], documents: sets[1]) : .classification(sets[0]),
        batchSize: running.batchSize, threads: running.threads, library: library
      ) { progress.show("samples", $0, $1) }
      let document = EvaluationDocument(
        evaluation, float: float, library: library, batchSize: running.batchSize)
      switch format {
      case .json: print(try EstimateDocument.json(document), terminator: "")
      case .text, .markdown: print(document.table, terminator: "")
      case .csv: print(document.csv, terminator: "")
      }
      for remark in document.remarks { StandardError.say(remark) }
    }
  }

  /// Runs models in integers and prints what their layers needed.
  private func printIntegers(_ library: RuntimeLibrary) throws {
    let session = try Session(float, library: library)
    let samples = try running.samples(data[0], for: session)
    let score = try ModelEvaluation(
      float: session, simulated: [], on: .classification(samples), batchSize: running.batchSize
    ).float
    let documents = try quantized.map { path in
      let progress = NetworkProgress("evaluate")
      let found = try IntegerEvaluation(
        try Model(path: path), on: samples, batchSize: running.batchSize, rounding: requantize,
        library: library
      ) { progress.show("samples", $0, $1) }
      return IntegerDocument(found, file: path, float: score, rounding: requantize)
    }
    switch format {
    case .json: print(try EstimateDocument.json(documents), terminator: "")
    default: print(documents.map(\.text).joined(separator: "\n"), terminator: "")
    }
  }

  /// Prints the errors of tensors, on the first set of samples.
  private func printLayers(_ library: RuntimeLibrary) throws {
    var outputs = OutputGuard(inputs: [float] + quantized + data)
    if let figure { try outputs.claimEarly(figure, for: "--figure") }
    let network = try PreparedNetwork(float, PlacementChoice())
    let samples = try running.samples(data[0], for: network, library)
    let workers = jobs.workers
    let models = try quantized.map { path in
      let progress = NetworkProgress("evaluate")
      return (
        path: path,
        errors: try LayerErrors(
          network, quantized: path, on: samples, batchSize: running.batchSize, workers: workers,
          library: library
        ) { progress.show("samples", $0, $1) }
      )
    }
    let document = LayerDocument(models, float: float)
    switch format {
    case .json: print(try EstimateDocument.json(document), terminator: "")
    case .text, .markdown: print(document.text, terminator: "")
    case .csv: print(document.csv, terminator: "")
    }
    for (path, errors) in models {
      let reasons = Dictionary(grouping: errors.unread, by: \.reason)
      for (reason, tensors) in reasons.sorted(by: { $0.key < $1.key }) {
        let names = tensors.prefix(3).map { printable($0.tensor, limit: 60) }
          .joined(separator: ", ")
        StandardError.say(
          "\(path): \(counted(tensors.count, "tensor")) left out, as \(reason): \(names)"
            + (tensors.count > 3 ? ", ..." : ""))
      }
    }
    if let figure { try writeAtomically(LayerDocument.drawing(models), to: figure) }
  }
}

extension RequantizationRounding: ExpressibleByArgument {}
