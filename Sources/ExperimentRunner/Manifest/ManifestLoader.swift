internal import QuantizationCore
internal import RangeEstimation
internal import TensorIO

/// The values of one axis, and whether all of them could be read.
struct Axis<Value> {
  let values: [Located<Value>]
  /// Whether all values could be read; if not, a name that is not among them may still be right.
  let isComplete: Bool
}

/// Reads the keys of a manifest one by one; a fault in one does not stop the others.
struct ManifestLoader {
  private static let keys = [
    "name", "description", "seed", "tensors", "models", "estimators", "bits", "schemes", "formats",
    "granularities",
    "calibration", "exclude", "nonfinite",
  ]
  private static let start = ManifestLocation.text(line: 1, column: 1)

  let log: FaultLog
  let registry: EstimatorRegistry
  private var reader: NodeReader { NodeReader(log: log) }

  init(log: FaultLog, registry: EstimatorRegistry) {
    self.log = log
    self.registry = registry
  }

  func load(overrides: [String]) throws(ManifestError) -> Manifest {
    let text = YAMLReader(log: log).read(log.source.text)
    guard var root = text else {
      try log.throwIfAny()
      log.report(Self.start, "the manifest is empty", expected: "a mapping with the key name")
      throw log.error
    }
    Overrides(log: log).apply(overrides, to: &root)
    guard let fields = reader.fields(root, "the manifest", known: Self.keys) else {
      throw log.error
    }
    return try manifest(fields)
  }

  private func manifest(
    _ fields: [String: ManifestNode.Entry]
  ) throws(ManifestError) -> Manifest {
    let name = required("name", fields).flatMap(self.name)
    let description = fields["description"].flatMap { reader.text($0.value, "description") }
    let seed = fields["seed"].flatMap { self.seed($0.value) }
    let policies = NonFinitePolicy.allCases.map(\.rawValue)
    let policy = fields["nonfinite"].flatMap {
      reader.word($0.value, "nonfinite policy", of: policies)
    }

    let axes = AxisEntries(reader: reader)
    let cells = CellAxes(
      tensors: axis("tensors", fields, default: fields["models"] == nil ? nil : []) {
        TensorEntries(reader: reader, directory: log.source.directory).read($0)
      },
      estimators: axis("estimators", fields) {
        EstimatorEntries(
          reader: reader, registry: registry, directory: log.source.directory
        ).read($0)
      },
      formats: formats(fields, axes),
      granularities: axis("granularities", fields, default: [.tensor], axes.granularities),
      calibrations: axis("calibration", fields, default: [.all]) {
        CalibrationEntries(reader: reader).read($0)
      })
    let exclusions = fields["exclude"].map {
      ExclusionEntries(reader: reader, registry: registry, cells: cells).read($0.value)
    }
    CellChecks(log: log, cells: cells, exclusions: exclusions ?? [])
      .run(
        excludeLocation: fields["exclude"]?.keyLocation,
        keyLocations: fields.mapValues(\.keyLocation))
    let networks = axis("models", fields, default: []) {
      ModelEntries(reader: reader, directory: log.source.directory).read($0)
    }
    NetworkChecks(log: log, cells: cells, networks: networks.values.map(\.value)).run()
    try log.throwIfAny()
    return Manifest(
      name: name ?? "", description: description, seed: seed ?? 0, path: log.source.path,
      directory: log.source.directory, tensors: cells.tensors.values.map(\.value),
      networks: networks.values.map(\.value),
      networkAxes: NetworkAxes(
        estimators: cells.estimators.values.map(\.value),
        formats: cells.formats.values.map(\.value), hasSchemes: fields["schemes"] != nil,
        granularities: fields["granularities"].map { _ in
          cells.granularities.values.map(\.value)
        }),
      estimators: cells.estimators.values.map(\.value), formats: cells.formats.values.map(\.value),
      granularities: cells.granularities.values.map(\.value),
      calibrations: cells.calibrations.values.map(\.value),
      nonFinite: policy.flatMap(NonFinitePolicy.init) ?? .error, exclusions: exclusions ?? [],
      remarks: log.remarks)
  }

  private func required(
    _ key: String, _ fields: [String: ManifestNode.Entry]
  ) -> ManifestNode? {
    if fields[key] == nil {
      log.report(Self.start, "the manifest has no '\(key)'", expected: "the key '\(key)'")
    }
    return fields[key]?.value
  }

  /// Reads one axis; an axis with a default may be left out.
  private func axis<Value>(
    _ key: String, _ fields: [String: ManifestNode.Entry], default values: [Value]? = nil,
    _ read: (ManifestNode) -> [Located<Value>]
  ) -> Axis<Value> {
    if let values, fields[key] == nil {
      let located = values.map { Located(value: $0, location: Self.start) }
      return Axis(values: located, isComplete: true)
    }
    let before = log.count
    let values = required(key, fields).map(read) ?? []
    return Axis(values: values, isComplete: log.count == before)
  }

  /// Each bit width with each scheme, then the named formats; bit widths are optional if formats
  /// are named.
  private func formats(
    _ fields: [String: ManifestNode.Entry], _ axes: AxisEntries
  ) -> Axis<CodeGrid> {
    let named = axis("formats", fields, default: [], axes.formats)
    let bits =
      fields["formats"] == nil
      ? axis("bits", fields, axes.bits) : axis("bits", fields, default: [], axes.bits)
    let grids = axis("schemes", fields, default: [.symmetricNarrow], axes.grids)
    let products = bits.values.flatMap { bits in
      grids.values.map {
        Located(value: CodeGrid($0.value, bits: bits.value), location: bits.location)
      }
    }
    return Axis(
      values: reader.unique(products + named.values, "number format") { "\($0)" },
      isComplete: bits.isComplete && grids.isComplete && named.isComplete)
  }

  /// Reads the name, which is used as the name of a folder.
  private func name(_ node: ManifestNode) -> String? {
    let allowed = "abcdefghijklmnopqrstuvwxyz0123456789._-"
    guard let text = node.scalar, ![".", ".."].contains(text), text.utf8.count <= 200,
      !text.isEmpty, text.unicodeScalars.allSatisfy(allowed.unicodeScalars.contains)
    else {
      reader.mismatch(
        node, "name", expected: "up to 200 of the characters a-z, 0-9, '.', '_' and '-'")
      return nil
    }
    return text
  }

  private func seed(_ node: ManifestNode) -> UInt64? {
    guard let seed = node.plainScalar.flatMap({ UInt64($0) }) else {
      reader.mismatch(node, "seed", expected: "a whole number from 0 to \(UInt64.max)")
      return nil
    }
    return seed
  }
}
