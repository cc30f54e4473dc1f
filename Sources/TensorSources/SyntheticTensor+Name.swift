extension SyntheticTensor {
  /// The canonical name: equal descriptions have equal names, and different ones different names.
  ///
  /// For example `student-t[dof=3]-64x576-outliers[fraction=0.001 scale=100]-2`: the family with
  /// all its parameters, the shape, the disturbances there are, and the index. Numbers are written
  /// as short as possible. Without commas, quotes, slashes and line breaks it can be a file name
  /// and a CSV field as it is.
  public var name: String {
    var parts = [familyName, shape.map(String.init).joined(separator: "x")]
    if let outliers {
      parts.append(
        "outliers"
          + Self.bracketed([("fraction", outliers.fraction), ("scale", outliers.scale)]))
    }
    if let outlierChannels {
      parts.append(
        "outlier-channels"
          + Self.bracketed([
            ("count", Double(outlierChannels.count)), ("scale", outlierChannels.scale),
            ("axis", Double(outlierChannels.axis)),
          ]))
    }
    if let hugeOutlier {
      parts.append("huge-outlier" + Self.bracketed([("value", hugeOutlier)]))
    }
    parts.append(String(index))
    return parts.joined(separator: "-")
  }

  private var familyName: String {
    let description = Self.families.first { $0.identifier == family.identifier }
    let names = description?.parameters.map(\.name) ?? []
    return family.identifier + Self.bracketed(Array(zip(names, family.parameterValues)))
  }

  /// `[a=1 b=2]`, or nothing for no values.
  private static func bracketed(_ values: [(name: String, value: Double)]) -> String {
    guard !values.isEmpty else { return "" }
    let pairs = values.map { "\($0.name)=\(CanonicalNumber.text($0.value))" }
    return "[" + pairs.joined(separator: " ") + "]"
  }
}
