internal import ArgumentParser
internal import Foundation
internal import ModelFiles
internal import NetworkQuantization
internal import TensorIO

/// `rangelab model copy`: reads a model and writes it, which shows that nothing is lost on the way.
struct ModelCopyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract: "Write a model as it was read.",
    discussion: """
      With --fold, operators older than operator set 13 are written in their new form and batch \
      normalizations are folded, which is what every model goes through before it is quantized.
      """,
    shouldDisplay: false)

  @Argument(help: "The model (.onnx).") var model: String
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Where the model goes (.onnx).", valueName: "file"))
  var output: String
  @Flag(help: "Lift to operator set 13 and fold batch normalizations.") var fold = false

  mutating func run() throws {
    try reportingFailure {
      var outputs = OutputGuard(inputs: [model])
      try outputs.claimEarly(output, for: "--output")
      var model = try Model(path: self.model)
      if fold {
        try model.lift(to: 13)
        let folded = model.foldBatchNormalization()
        StandardError.say("\(model.name): \(folded.count) batch normalizations folded")
      }
      let bytes = try model.bytes()
      try model.copyExternalFiles(besides: output)
      try writeAtomically(Array(bytes), to: output)
    }
  }
}
