internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
internal import ResultRecords
internal import TensorIO

/// `rangelab quantize`: the codes of one tensor.
struct QuantizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Quantize a tensor and write its codes.",
    discussion: """
      Codes are written as .npy in the tensor's shape: int8 or uint8 up to 8 bits, int16 or uint16 \
      above. With --nonfinite skip, values that are not finite get the zero point.

      EXAMPLE
        rangelab quantize weights.npy -e mse -b 8 --granularity channel:0 -o codes.npy --params codes.json
      """)

  @Argument(help: "The tensor file.") var file: String?
  @OptionGroup var options: EstimationOptions
  @Option(name: .shortAndLong, help: "Where the codes go (.npy).") var output: String
  @Option(help: "Where scales, zero points and errors go (.json).") var params: String?

  mutating func run() throws {
    try reportingFailure {
      let files = options.takeFiles(file.map { [$0] } ?? [])
      let (estimators, bits) = (try options.estimators(), try options.bits())
      guard files.count == 1, estimators.count == 1, bits.count == 1 else {
        throw LabFailure.usage("quantize takes one file, one estimator and one bit width")
      }
      let tensors = try TensorFile.open(files[0])
      guard tensors.count == 1 else {
        let names = tensors.prefix(8).compactMap(\.member).joined(separator: ", ")
        let rest = tensors.count > 8 ? " and \(tensors.count - 8) more" : ""
        throw LabFailure.usage(
          "\(files[0]) holds several tensors; name one: FILE#NAME of \(names)\(rest)")
      }
      var outputs = OutputGuard(inputs: [tensors[0].path, tensors[0].dataPath])
      try outputs.claim(output, for: "--output")
      if let params { try outputs.claim(params, for: "--params") }
      let nonFinite = try options.nonFinitePolicy()
      let grid = CodeGrid(try options.family(), bits: bits[0])
      let estimation = try TensorEstimation(
        [TensorHeader(tensors[0])], granularity: try options.laneGranularity(), nonFinite: nonFinite
      )
      if let remark = estimation.partition.remark { Talk.say("\(tensors[0].stem): \(remark)") }
      let outcome = try estimation.outcomes(estimators, on: [grid], named: tensors[0].stem)[0]
      guard !outcome.parameters.isEmpty else {
        throw LabFailure("error: \(outcome.record.status)", .cellsFailed)
      }
      let tensor = try tensors[0].load(nonFinite: nonFinite)
      try write(tensor, estimation.partition, outcome.parameters)
      if let params {
        try writeAtomically(try EstimateDocument.json(EstimateDocument(outcome)), to: params)
      }
    }
  }

  private func write(
    _ tensor: Tensor, _ partition: LanePartition, _ parameters: [QuantizationParameters]
  ) throws {
    func write<Code: NPYElement & FixedWidthInteger>(_: Code.Type) throws {
      let codes: [Code] = partition.quantize(tensor.values, with: parameters)
      try NPYWriter.write(codes, shape: tensor.shape, to: output)
    }
    switch CodeStorage(for: parameters[0].grid) {
    case .int8: try write(Int8.self)
    case .uint8: try write(UInt8.self)
    case .int16: try write(Int16.self)
    case .uint16: try write(UInt16.self)
    }
  }
}
