internal import RangeEstimation
internal import TensorSources

/// Reads one `synthetic:` entry and expands the lists in it.
struct SyntheticEntry {
  static let maximumDraws = 10_000
  private static let commonKeys = [
    "distribution", "shape", "outliers", "outlier_channels", "huge_outlier", "count",
  ]

  let reader: NodeReader

  func read(_ entry: ManifestNode.Entry) -> [TensorCandidate] {
    let log = reader.log
    let before = log.count
    guard case .mapping(let entries) = entry.value.content else {
      reader.mismatch(entry.value, "synthetic", expected: "a mapping such as \(Self.example)")
      return []
    }
    let all = SyntheticTensor.families
    let family = entries.first { $0.key == "distribution" }
      .flatMap { reader.word($0.value, "distribution", of: all.map(\.identifier)) }
      .flatMap { name in all.first { $0.identifier == name } }
    // Without a family any parameter may be right, so only the missing family is reported.
    let parameters = (family.map { [$0] } ?? all).flatMap { $0.parameters.map(\.name) }
    let name = family.map { "a \($0.identifier) tensor" } ?? "a synthetic tensor"
    guard
      let fields = reader.fields(entry.value, name, known: Self.commonKeys + parameters)
    else { return [] }
    for key in ["distribution", "shape"] where fields[key] == nil {
      log.report(
        entry.keyLocation, "a synthetic tensor has no '\(key)'", expected: Self.example)
    }
    let shapes = fields["shape"].map { self.shapes($0.value) } ?? []
    let draws = fields["count"].flatMap {
      reader.integer($0.value, "count", in: 1...Self.maximumDraws)
    }
    let dimensions = entries.filter { fields[$0.key] != nil }.flatMap {
      self.dimensions($0, parameters)
    }
    guard log.count == before, let family else { return [] }
    return SyntheticSweep(
      log: log, identifier: family.identifier, shapes: shapes, dimensions: dimensions,
      draws: draws ?? 1, location: entry.keyLocation
    ).tensors()
  }

  private static let example = "{distribution: gaussian, shape: [64, 576]}"

  /// One shape, or a list of them.
  private func shapes(_ node: ManifestNode) -> [Located<[Int]>] {
    guard let nodes = reader.list(node, "shape") else { return [] }
    let isSweep = nodes.contains {
      if case .sequence = $0.content { true } else { false }
    }
    let shapes = (isSweep ? nodes : [node]).compactMap { node -> Located<[Int]>? in
      guard let extents = reader.list(node, "shape") else { return nil }
      let shape = extents.compactMap {
        reader.integer($0, "shape", in: 1...SyntheticTensor.maximumElementCount)
      }
      return shape.count == extents.count ? Located(value: shape, location: node.location) : nil
    }
    return reader.unique(shapes, "shape") { "\($0)" }
  }

  /// The numbers below one key: one dimension of the sweep, or several for a nested mapping.
  private func dimensions(
    _ entry: ManifestNode.Entry, _ parameters: [String]
  ) -> [SyntheticSweep.Dimension] {
    switch entry.key {
    case "outliers": nested(entry, required: ["fraction", "scale"])
    case "outlier_channels":
      nested(
        entry, required: ["count", "scale"], optional: ["axis"],
        integers: ["count": 1...SyntheticTensor.maximumElementCount, "axis": -64...63])
    case "huge_outlier": [dimension(entry, entry.key)]
    case _ where parameters.contains(entry.key): [dimension(entry, entry.key)]
    default: []
    }
  }

  private func nested(
    _ entry: ManifestNode.Entry, required: [String], optional: [String] = [],
    integers: [String: ClosedRange<Int>] = [:]
  ) -> [SyntheticSweep.Dimension] {
    guard let fields = reader.fields(entry.value, entry.key, known: required + optional) else {
      return []
    }
    for key in required where fields[key] == nil {
      reader.log.report(
        entry.keyLocation, "\(entry.key) has no '\(key)'", expected: "the key '\(key)'")
    }
    return (required + optional).compactMap { key in
      fields[key].map {
        dimension($0, "\(entry.key).\(key)", integers: integers[key])
      }
    }
  }

  private func dimension(
    _ entry: ManifestNode.Entry, _ key: String, integers: ClosedRange<Int>? = nil
  ) -> SyntheticSweep.Dimension {
    let values = (reader.oneOrMore(entry.value, key) ?? []).compactMap { node -> Located<Double>? in
      let number =
        if let integers {
          reader.integer(node, key, in: integers).map(Double.init)
        } else {
          reader.number(node, key)
        }
      return number.map { Located(value: $0, location: node.location) }
    }
    return SyntheticSweep.Dimension(
      key: key, values: reader.unique(values, key) { "\(ParameterValue.number($0))" })
  }
}
