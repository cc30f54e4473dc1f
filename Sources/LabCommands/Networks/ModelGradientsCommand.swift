internal import ArgumentParser
internal import Foundation
internal import GradientGraphs
internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkQuantization
internal import NetworkRuntime
internal import TensorIO

/// `rangelab model gradients`: the gradient of a loss with respect to every weight.
struct ModelGradientsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gradients",
    abstract: "Compute the gradient of a loss with respect to every weight of a model.",
    discussion: """
      Prints how large each weight and its gradient are, the mean over all samples, and writes the \
      gradients with -o. --graph writes the model that computes them: its nodes are standard operators, \
      its inputs those of the model, the targets and the weights.

      With cross-entropy the targets are the array 'labels' of DATA. With the other losses they are the \
      first output of another model on the same samples, which --teacher names.

      EXAMPLES
        rangelab model gradients model.onnx --data test.npz
        rangelab model gradients model.onnx --data test.npz --limit 64 --batch-size 64 -o gradients.safetensors
        rangelab model gradients small.onnx --data test.npz --loss distillation --teacher model.onnx
      """)

  enum Target: String, ExpressibleByArgument, CaseIterable {
    case crossEntropy = "cross-entropy"
    case meanSquaredError = "mean-squared-error"
    case distillation
  }

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "The model (.onnx).") var model: String
  @Option(help: ArgumentHelp("The samples (.npz).", valueName: "file")) var data: String
  @Option(help: "What is to become small.") var loss: Target = .crossEntropy
  @Option(help: "The temperature of distillation.") var temperature: Float = 1
  @Option(help: ArgumentHelp("The model whose output the targets are.", valueName: "file"))
  var teacher: String?
  @Option(
    name: .customLong("batch-normalization"),
    help: "Which statistics are used: frozen (those in the model) or batch.")
  var statistics: BatchNormalizationMode = .frozen
  @Option(help: ArgumentHelp("Read so many samples at most.", valueName: "count")) var limit: Int?
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where the gradients go (.safetensors).", valueName: "file"))
  var output: String?
  @Option(help: ArgumentHelp("Where the gradient graph goes (.onnx).", valueName: "file"))
  var graph: String?
  @Option(help: "How results are printed.") var format: Format = .text
  @OptionGroup var running: SampleOptions

  func validate() throws {
    guard (loss == .crossEntropy) == (teacher == nil) else {
      throw ValidationError(
        loss == .crossEntropy
          ? "--teacher needs --loss mean-squared-error or distillation."
          : "--loss \(loss.rawValue) needs --teacher, whose output the targets are.")
    }
    guard temperature > 0, temperature.isFinite else {
      throw ValidationError("--temperature is \(temperature); expected a positive number.")
    }
    if let limit, limit < 1 {
      throw ValidationError("--limit is \(limit); expected 1 or more.")
    }
  }

  mutating func run() throws {
    try reportingFailure {
      var outputs = OutputGuard(inputs: [model, data] + (teacher.map { [$0] } ?? []))
      if let output { try outputs.claimEarly(output, for: "--output") }
      if let path = graph { try outputs.claimEarly(path, for: "--graph") }
      var model = try Model(path: self.model)
      try model.lift(to: GradientGraph.operatorSet)
      let graph = try GradientGraph(of: model, loss: goal, batchNormalization: statistics)
      let library = try running.openLibrary()
      let options = SessionOptions(threads: running.threads)
      let session = try Session.exposing([], of: graph.model, library: library, options: options)
      let own = Set(graph.parameters.map(\.name) + [graph.target])
      let samples = try SampleSet(
        path: data, for: session.inputs.filter { !own.contains($0.name) },
        normalization: running.normalization)
      var average = try GradientAverage(graph, session)
      let teacher = try self.teacher.map { try Session($0, library: library, options: options) }
      if teacher == nil, samples.labels == nil {
        throw NetworkDataError(
          "\(data): has no array '\(SampleSet.labelsName)'; expected the class of each sample")
      }
      let count = min(samples.count, limit ?? samples.count)
      let progress = NetworkProgress("gradients")
      try samples.forEachBatch(of: running.batchSize, limit: limit) { first, inputs in
        let size = inputs.values.first?.shape.first ?? 0
        let targets =
          try teacher.map { try $0.run(inputs, outputs: [$0.outputs[0].name])[0] }
          ?? RuntimeValue(
            (samples.labels ?? [])[first..<first + size].map(Int64.init), shape: [size])
        try average.add(inputs, targets: targets, samples: size)
        progress.show("samples", first + size, count)
      }
      if let output { try average.write(to: output) }
      if let path = self.graph {
        let bytes = try graph.model.bytes()
        try graph.model.copyExternalFiles(besides: path)
        try writeAtomically(Array(bytes), to: path)
      }
      let document = GradientDocument(average, model: model.name, loss: loss.rawValue)
      switch format {
      case .json: print(try EstimateDocument.json(document), terminator: "")
      case .text: print(document.text, terminator: "")
      }
    }
  }

  private var goal: Loss {
    switch loss {
    case .crossEntropy: .crossEntropy
    case .meanSquaredError: .meanSquaredError
    case .distillation: .distillation(temperature: temperature)
    }
  }
}

extension BatchNormalizationMode: ExpressibleByArgument {}
