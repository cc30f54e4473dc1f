internal import QuantizationCore
internal import RangeEstimation
internal import TensorIO

/// Reads the list of exclusions and compares it with the axes.
///
/// A name that is not on its axis is a fault, unless the axis itself has a fault.
struct ExclusionEntries {
  private static let keys = [
    "estimator", "bits", "scheme", "grid", "granularity", "calibration", "tensor",
  ]

  let reader: NodeReader
  let registry: EstimatorRegistry
  let cells: CellAxes

  func read(_ node: ManifestNode) -> [Exclusion] {
    (reader.list(node, "exclude") ?? []).compactMap(entry)
  }

  private func entry(_ node: ManifestNode) -> Exclusion? {
    let before = reader.log.count
    guard let fields = reader.fields(node, "an exclusion", known: Self.keys) else { return nil }
    guard reader.log.count == before else { return nil }
    guard !fields.isEmpty else {
      reader.log.report(
        node.location, "an exclusion without keys excludes everything",
        expected: NodeReader.oneOf(Self.keys))
      return nil
    }
    let formats = cells.formats
    let exclusion = Exclusion(
      estimators: names(fields["estimator"], cells.estimators, \.name, canonical) {
        Exclusion.matches(estimator: $0.name, name: $1)
      },
      bits: bits(fields["bits"]),
      schemes: names(fields["scheme"], formats, \.family.scheme.rawValue) {
        $0.family.scheme.rawValue == $1
      }?
      .compactMap(QuantizationScheme.init),
      grids: names(fields["grid"], formats, \.family.gridName) { $0.family.gridName == $1 },
      granularities: names(fields["granularity"], cells.granularities, \.description) {
        Exclusion.matches(granularity: $0, text: $1)
      },
      calibrations: names(
        fields["calibration"], cells.calibrations, \.description,
        { CalibrationChoice($0)?.description ?? $0 }
      ) {
        Exclusion.matches(calibration: $0, text: $1)
      },
      tensors: names(fields["tensor"], cells.tensors, \.name) {
        Exclusion.matches(tensor: $0.name, pattern: $1)
      })
    guard reader.log.count == before else { return nil }
    // Every name is on its axis, so an exclusion matches nothing only if scheme and grid disagree.
    if formats.isComplete,
      !formats.values.contains(where: { exclusion.matches(grid: $0.value.family) })
    {
      reader.log.report(
        node.location, "the exclusion matches no cell", expected: "a grid that the scheme has")
    }
    return exclusion
  }

  /// The names of one key; each must match something on the axis.
  private func names<Value>(
    _ entry: ManifestNode.Entry?, _ axis: Axis<Value>, _ name: (Value) -> String,
    _ canonical: (String) -> String = { $0 }, _ matches: (Value, String) -> Bool
  ) -> [String]? {
    guard let entry else { return nil }
    return (reader.oneOrMore(entry.value, entry.key) ?? []).compactMap { node in
      guard let text = reader.text(node, entry.key).map(canonical) else { return nil }
      if axis.isComplete, !axis.values.contains(where: { matches($0.value, text) }) {
        reportUnknown(text, entry.key, node.location, axis.values.map { name($0.value) })
      }
      return text
    }
  }

  private func bits(_ entry: ManifestNode.Entry?) -> [BitWidth]? {
    guard let entry else { return nil }
    return (reader.oneOrMore(entry.value, "bits") ?? []).compactMap { node in
      guard let count = reader.integer(node, "bits", in: BitWidth.allowed) else { return nil }
      let formats = cells.formats
      if formats.isComplete, !formats.values.contains(where: { $0.value.bits.count == count }) {
        reportUnknown("\(count)", "bits", node.location, formats.values.map { "\($0.value.bits)" })
      }
      return BitWidth(count)
    }
  }

  private func reportUnknown(
    _ text: String, _ key: String, _ location: ManifestLocation, _ names: [String]
  ) {
    var known: [String] = []
    for name in names where !known.contains(name) && known.count < 20 { known.append(name) }
    // The part before a parameter or a size is a name too, and more often misspelled.
    let kinds = known.map { String($0.prefix { $0 != "[" && $0 != ":" }) }
    reader.log.report(
      location, "\(key) \(quoted(text)) is not in the manifest",
      expected: known.isEmpty ? nil : NodeReader.oneOf(known), word: key == "bits" ? nil : text,
      known: known + kinds)
  }

  /// The name of an estimator in results: `percentile[p=99.0]` is `percentile[p=99]`.
  private func canonical(_ text: String) -> String {
    guard text.contains("["), let estimator = try? registry.parse(text) else { return text }
    return estimator.name
  }
}
