internal import ArgumentParser
internal import Foundation
internal import RangeFiles
internal import RangeFormats
internal import TensorIO

/// `rangelab ranges convert`: writes ranges for a runtime.
struct RangesConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write ranges in the format of a runtime.",
    discussion: """
      Tensors that the format cannot express are an error that names them and says why; --drop leaves \
      them out. What was written is read back and compared, and where the runtime uses other codes a \
      note says so. With --model the error of weights by these codes is measured, and with --data that of \
      activations.

      EXAMPLES
        rangelab ranges convert ranges.json --to csv -o ranges.csv
        rangelab ranges convert ranges.json --to tensorrt-cache --drop -o calibration.cache
        rangelab ranges convert ranges.json --to qnn --model model.onnx --data calibration.npz -o qnn.json
        rangelab ranges convert ranges.json --to gguf --model model.onnx --drop -o model.gguf
      """)

  @Argument(help: "The ranges (.json), as 'model calibrate' writes them.") var ranges: String
  @Option(help: ArgumentHelp("The format; see 'list formats'.", valueName: "format")) var to: String
  @Option(name: .shortAndLong, help: ArgumentHelp("Where they go.", valueName: "file"))
  var output: String
  @Flag(help: "Leave out what the format cannot express.") var drop = false
  @Option(
    help: ArgumentHelp("The first line of a TensorRT calibration cache.", valueName: "line"))
  var trtHeader: String?
  @Option(
    help: ArgumentHelp(
      "The weights, where they are not those of --model: a tensor file with their names, such as "
        + "model.safetensors. For formats that hold codes.", valueName: "file"))
  var weights: String?
  @Option(
    help: ArgumentHelp(
      "Samples (.npz or .npy), on which activations are measured where the runtime uses other codes.",
      valueName: "file"))
  var data: String?
  @OptionGroup var format: RangeFormatOptions
  @OptionGroup var running: SampleOptions
  @OptionGroup var jobs: JobOptions

  func validate() throws {
    guard data == nil || format.model != nil else {
      throw ValidationError("--data is for activations of a --model.")
    }
  }

  /// The values of weights, where the format holds their codes.
  private func weightSource(
    _ codec: any RangeCodec, _ float: FloatModel?
  ) throws -> (any WeightSource)? {
    guard codec.ability.holdsCodes else {
      guard weights == nil else {
        throw LabFailure.usage("--weights means nothing to \(codec.name), which holds no codes")
      }
      return nil
    }
    if let weights { return FileWeights(path: weights) }
    guard let float else {
      throw LabFailure.usage(
        "\(codec.name) holds the codes of weights; expected --model or --weights")
    }
    return float
  }

  /// What it costs that the runtime uses other codes, in a line or two.
  private func costs(
    _ substitutes: [RangeExport.Substitute], _ float: FloatModel?
  ) throws -> [String] {
    guard !substitutes.isEmpty else { return [] }
    guard let float, let model = format.model else {
      return ["not measured; --model and --data show the error of what the runtime does"]
    }
    let run = try data.map { try running.calibrationRun(float.network, $0) }
    return try SubstituteReport(substitutes, model: model, run: run, workers: jobs.workers).lines
  }

  mutating func run() throws {
    try reportingFailure {
      let codec = try RangeFormatOptions.codec(to, for: "--to")
      var outputs = OutputGuard(
        inputs: [ranges] + format.inputs + [weights, data].compactMap(\.self))
      try outputs.claim(output, for: "--output")
      var (context, float) = try format.context(for: codec, header: trtHeader)
      context.weights = try weightSource(codec, float)
      let set = try RangeSet(file: ranges)
      let names = try format.tensorNames()
      let result: RangeExport.Result
      do throws(FormatFault) {
        result = try RangeExport(codec, context, names: names).write(set, dropping: drop)
      } catch {
        throw LabFailure("error: \(ranges): \(error)", .badInput)
      }
      let costs = try costs(result.substitutes, float)
      for file in result.files.dropFirst() {
        try outputs.claim(FormatFile.path(file.suffix, beside: output), for: "--output")
      }
      for file in result.files {
        try writeAtomically(
          Array(file.data), to: FormatFile.path(file.suffix, beside: output))
      }
      for line in RefusedTensor.lines(result.dropped) { StandardError.say("left out: \(line)") }
      for note in result.notes + costs { StandardError.say("note: \(note)") }
    }
  }
}
