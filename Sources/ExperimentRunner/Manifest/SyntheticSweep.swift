internal import TensorSources

/// All combinations of the lists in a synthetic entry.
struct SyntheticSweep {
  /// A number of the description, with its path in the manifest and its values.
  struct Dimension {
    let key: String
    let values: [Located<Double>]
  }

  let log: FaultLog
  let identifier: String
  let shapes: [Located<[Int]>]
  let dimensions: [Dimension]
  let draws: Int
  let location: ManifestLocation

  /// Every tensor, shapes varying slowest and draws fastest.
  func tensors() -> [TensorCandidate] {
    let before = log.count
    checkAlone()
    guard log.count == before else { return [] }
    let indices = dimensions.map { Array($0.values.indices) }
    guard let combinations = Sweep.combinations([Array(shapes.indices)] + indices),
      combinations.count <= Sweep.maximumCount / draws
    else {
      log.report(
        location, "too many synthetic tensors",
        expected: "at most \(Sweep.maximumCount) of one entry")
      return []
    }
    return combinations.flatMap { combination in
      let shape = shapes[combination[0]]
      let values = zip(dimensions, combination.dropFirst()).map { ($0.key, $0.values[$1]) }
      return (0..<draws).compactMap { tensor(shape, values, $0) }
    }
  }

  /// Checks every value by itself, so that all wrong ones are reported, each once.
  ///
  /// The channels depend on the shape, so only the combinations check them.
  private func checkAlone() {
    let unit = Located(value: [1], location: location)
    for shape in shapes { _ = tensor(shape, [], 0) }
    for dimension in dimensions
    where !["outlier_channels.count", "outlier_channels.axis"].contains(dimension.key) {
      for value in dimension.values { _ = tensor(unit, [(dimension.key, value)], 0) }
    }
  }

  /// Creates one tensor; a disturbance without values has no effect.
  private func tensor(
    _ shape: Located<[Int]>, _ values: [(key: String, value: Located<Double>)], _ index: Int
  ) -> TensorCandidate? {
    func value(_ key: String) -> Double? { values.first { $0.key == key }?.value.value }
    func has(_ prefix: String) -> Bool { values.contains { $0.key.hasPrefix(prefix) } }
    let parameters = values.filter { !$0.key.contains(".") && $0.key != "huge_outlier" }
    do throws(SyntheticTensorError) {
      let tensor = try SyntheticTensor.make(
        identifier: identifier,
        parameters: Dictionary(
          parameters.map { ($0.key, $0.value.value) }, uniquingKeysWith: { first, _ in first }),
        shape: shape.value,
        outliers: has("outliers.")
          ? SyntheticTensor.Outliers(
            fraction: value("outliers.fraction") ?? 0, scale: value("outliers.scale") ?? 1)
          : nil,
        outlierChannels: has("outlier_channels.")
          ? SyntheticTensor.OutlierChannels(
            count: Int(value("outlier_channels.count") ?? 1),
            scale: value("outlier_channels.scale") ?? 1,
            axis: Int(value("outlier_channels.axis") ?? -1))
          : nil,
        hugeOutlier: value("huge_outlier"), index: index)
      return TensorCandidate(
        layout: BatchLayout(whole: shape.value), origin: .synthetic(tensor), location: location)
    } catch {
      let key = manifestKey(error.field)
      let culprit = values.first { $0.key == key }?.value.location
      log.report(
        culprit ?? (key == "shape" ? shape.location : location), "\(key) is \(error.value)",
        expected: "it to be \(error.allowed)")
      return nil
    }
  }

  /// The path in the manifest of a number that the description calls `student-t.dof` or
  /// `hugeOutlier`.
  private func manifestKey(_ field: String) -> String {
    if field.hasPrefix("shape") { return "shape" }
    if field == "hugeOutlier" { return "huge_outlier" }
    if field.hasPrefix(identifier + ".") { return String(field.dropFirst(identifier.count + 1)) }
    let channels = "outlierChannels."
    return field.hasPrefix(channels)
      ? "outlier_channels." + field.dropFirst(channels.count) : field
  }
}
