internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
internal import TensorIO

/// `rangelab quantize`: writes the codes of one tensor, or of all tensors of a checkpoint.
struct QuantizeCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Quantize tensors and write their codes.",
    discussion: """
      Into a .npy file go the codes of one tensor, in its shape: int8 or uint8 up to 8 bits, int16 or \
      uint16 above. Into a .safetensors file go all tensors of FILE, or those that a pattern behind # \
      chooses: codes as NAME, scales as NAME_scale (float32), zero points as NAME_zero_point. Tensors \
      of a .safetensors FILE that hold no floats are copied as they are. A tensor that cannot be quantized is named and left \
      out, exit code 3.

      With --nonfinite skip, values that are not finite get the zero point.

      EXAMPLES
        rangelab quantize weights.npy -e mse -b 8 --granularity channel:0 -o codes.npy --params codes.json
        rangelab quantize model.safetensors -e mse -b 4 --granularity group:128 --pack -o q.safetensors
      """)

  @Argument(help: "The tensor file.") var file: String?
  @OptionGroup var options: EstimationOptions
  @Option(name: .shortAndLong, help: "Where the codes go (.npy or .safetensors).")
  var output: String
  @Option(
    help: """
      Where the parameters go: scales, zero points and errors as .json, or the arrays scale and \
      zero_point as .npz or .safetensors.
      """)
  var params: String?
  @Flag(help: "Two codes of up to 4 bits in a byte, the first in the low bits (.safetensors only).")
  var pack = false
  @OptionGroup var jobs: JobOptions

  mutating func run(with registry: EstimatorRegistry) throws {
    try reportingFailure {
      let files = options.takeFiles(file.map { [$0] } ?? [], registry)
      guard files.count == 1 else { throw LabFailure.usage(QuantizationChoice.expectation) }
      let choice = try QuantizationChoice(options, registry)
      let isContainer = output.hasSuffix(".safetensors")
      if pack, !isContainer || choice.grid.bits.count > 4 {
        throw LabFailure.usage("--pack needs up to 4 bits and an --output that is .safetensors")
      }
      let parameters = params.map(ParameterFile.init)
      if isContainer, let parameters, parameters.format != .json {
        throw LabFailure.usage(
          "--params: scales and zero points are in \(output) already; expected a .json file")
      }
      let listing = try TensorFile.listing(files[0])
      var outputs = OutputGuard(
        inputs: listing.tensors.flatMap { [$0.path, $0.dataPath] } + listing.raw.map(\.dataPath))
      try outputs.claim(output, for: "--output")
      if let params { try outputs.claim(params, for: "--params") }
      let workers = jobs.workers
      guard isContainer else {
        let header = try one(of: listing, files[0])
        let outcome = try choice.outcome(of: header, workers: workers)
        try write(header, choice, outcome.parameters, workers)
        try parameters?.write(outcome, header.shape)
        return
      }
      if let remark = listing.copyRemark { StandardError.say(remark) }
      let answers = try QuantizedContainer(choice: choice, isPacked: pack, workers: workers)
        .write(listing, to: output)
      try parameters?.write(answers.answers)
      try answers.finish(answers.answers.map(\.record))
    }
  }

  /// The only tensor of a file.
  private func one(of listing: TensorListing, _ file: String) throws -> TensorHeader {
    let tensors = listing.tensors
    guard tensors.count == 1 else {
      let names = tensors.prefix(8).compactMap(\.member).joined(separator: ", ")
      let rest = tensors.count > 8 ? " and \(tensors.count - 8) more" : ""
      throw LabFailure.usage(
        "\(file) holds several tensors; name one: FILE#NAME of \(names)\(rest); or write all of "
          + "them into a .safetensors file")
    }
    return TensorHeader(tensors[0])
  }

  private func write(
    _ header: TensorHeader, _ choice: QuantizationChoice, _ parameters: [QuantizationParameters],
    _ workers: Workers
  ) throws {
    let tensor = try TensorFile.open(header.specification)[0].load(nonFinite: choice.nonFinite)
    guard let partition = choice.tensor(header, isPacked: false)?.partition else { return }
    func write<Code: CodeElement>(_: Code.Type) throws {
      let codes: [Code] = partition.quantize(tensor.values, with: parameters, workers: workers)
      try NPYWriter.write(codes, shape: tensor.shape, to: output)
    }
    try CodeStorage(for: choice.grid).withType { try write($0) }
  }
}
