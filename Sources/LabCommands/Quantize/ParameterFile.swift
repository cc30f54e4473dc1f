internal import ExperimentRunner
internal import QuantizationCore
internal import QuantizationKernels
internal import ResultRecords
internal import TensorIO

/// The file to which `quantize` writes scales and zero points; the extension chooses the format.
struct ParameterFile {
  enum Format { case json, npz, safetensors }

  let path: String
  let format: Format

  init(_ path: String) {
    self.path = path
    format =
      path.hasSuffix(".npz") ? .npz : path.hasSuffix(".safetensors") ? .safetensors : .json
  }

  /// Writes the parameters of one tensor: the object of `estimate --format json`, or two arrays.
  func write(_ outcome: CellOutcome, _ shape: [Int]) throws {
    guard format != .json, let first = outcome.parameters.first,
      let partition = LanePartition(
        shape: shape, granularity: outcome.record.key.granularity)
    else {
      try writeAtomically(try EstimateDocument.json(EstimateDocument(outcome)), to: path)
      return
    }
    try CodeStorage(for: first.grid).withType {
      try write(outcome.parameters, partition.laneShape, $0)
    }
  }

  /// Writes the parameters of several tensors: an array of objects.
  func write(_ outcomes: [CellOutcome]) throws {
    try writeAtomically(
      try EstimateDocument.json(outcomes.map(EstimateDocument.init)), to: path)
  }

  private func write<Code: CodeElement>(
    _ parameters: [QuantizationParameters], _ shape: [Int], _: Code.Type
  ) throws {
    let (scales, zeroPoints) = (parameters.map(\.scale), parameters.map { Code($0.zeroPoint) })
    if format == .npz {
      var archive = NPZWriter()
      archive.add("scale", scales, shape: shape)
      archive.add("zero_point", zeroPoints, shape: shape)
      try archive.write(to: path)
    } else {
      let file = try SafetensorsWriter(
        path: path,
        entries: [
          SafetensorsEntry(name: "scale", shape: shape, of: Float.self),
          SafetensorsEntry(name: "zero_point", shape: shape, of: Code.self),
        ], metadata: [])
      try file.append(scales, to: 0)
      try file.append(zeroPoints, to: 1)
      try file.finish()
    }
  }
}
