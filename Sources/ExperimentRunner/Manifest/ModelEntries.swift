internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkQuantization
internal import TensorIO

/// Reads the networks: `{file: MODEL.onnx, calibration: DATA.npz, evaluation: DATA.npz, ...}`.
struct ModelEntries {
  private static let keys = [
    "file", "name", "calibration", "evaluation", "normalize", "batch_size", "operators",
    "samples",
  ]

  let reader: NodeReader
  let directory: String

  func read(_ node: ManifestNode) -> [Located<NetworkReference>] {
    var taken: Set<String> = []
    return (reader.list(node, "models") ?? []).compactMap { node in
      guard let network = entry(node) else { return nil }
      guard taken.insert(network.name).inserted else {
        reader.log.report(
          node.location, "model \(quoted(network.name)) is listed twice",
          expected: "a 'name' for one of them")
        return nil
      }
      return Located(value: network, location: node.location)
    }
  }

  private func entry(_ node: ManifestNode) -> NetworkReference? {
    guard let fields = reader.fields(node, "a model", known: Self.keys) else { return nil }
    for key in ["file", "calibration"] where fields[key] == nil {
      reader.log.report(node.location, "a model has no '\(key)'", expected: "the key '\(key)'")
    }
    guard let entry = fields["file"], let file = file(entry.value, "file"),
      let calibration = fields["calibration"].flatMap({ self.file($0.value, "calibration") })
    else { return nil }
    let evaluation = fields["evaluation"].map { evaluationFiles($0.value) } ?? []
    // Nothing is right here; a fault is nothing inside nothing.
    let normalization: Normalization??
    if let entry = fields["normalize"] {
      normalization = normalized(entry.value)
    } else {
      normalization = .some(nil)
    }
    let batchSize =
      fields["batch_size"].map { reader.integer($0.value, "batch_size", in: 1...65536) } ?? 16
    let samples = fields["samples"].map { reader.integer($0.value, "samples", in: 1...(1 << 40)) }
    let operators = (fields["operators"].flatMap { reader.oneOrMore($0.value, "operators") } ?? [])
      .compactMap { reader.text($0, "operator") }
    let name = fields["name"].map { reader.text($0.value, "name") } ?? fileStem(of: file.path)
    guard let evaluation, let normalization, let batchSize, let name else { return nil }
    do {
      let network = try PreparedNetwork(file.path, PlacementChoice(operators: operators))
      return NetworkReference(
        name: name, file: file, calibration: calibration, evaluation: evaluation,
        normalization: normalization, batchSize: batchSize, samples: samples ?? nil,
        network: network)
    } catch {
      reader.log.report(entry.value.location, "cannot use the model: \(error)")
      return nil
    }
  }

  private func file(_ node: ManifestNode, _ name: String) -> NetworkReference.File? {
    guard let text = reader.text(node, name) else { return nil }
    let path = text.hasPrefix("/") ? text : "\(directory)/\(text)"
    guard FileVersion(path: path) != nil else {
      reader.log.report(
        node.location, "no file \(quoted(text))", expected: "a file in the folder of the manifest")
      return nil
    }
    return NetworkReference.File(path: path, relativePath: text)
  }

  /// One file, or the two of a retrieval task.
  private func evaluationFiles(_ node: ManifestNode) -> [NetworkReference.File]? {
    let nodes = reader.oneOrMore(node, "evaluation") ?? []
    guard nodes.count <= 2 else {
      reader.mismatch(node, "evaluation", expected: "a file, or queries and documents")
      return nil
    }
    let files = nodes.compactMap { file($0, "evaluation") }
    return files.count == nodes.count ? files : nil
  }

  /// `{scale: s, offset: o}`.
  private func normalized(_ node: ManifestNode) -> Normalization?? {
    guard let fields = reader.fields(node, "normalize", known: ["scale", "offset"]) else {
      return nil
    }
    let scale = fields["scale"].map { reader.number($0.value, "scale") } ?? 1
    let offset = fields["offset"].map { reader.number($0.value, "offset") } ?? 0
    guard let scale, let offset else { return nil }
    return Normalization(scale: Float(scale), offset: Float(offset))
  }
}
