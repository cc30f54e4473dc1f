extension SyntheticTensor {
  /// Throws unless the shape has axes, all of them positive, and not too many elements.
  static func validate(shape: [Int]) throws(SyntheticTensorError) {
    guard !shape.isEmpty else {
      throw SyntheticTensorError(field: "shape", value: "[]", allowed: "one extent or more")
    }
    var elementCount = 1
    for (axis, extent) in shape.enumerated() {
      guard extent > 0 else {
        throw SyntheticTensorError(
          field: "shape[\(axis)]", value: "\(extent)", allowed: "1 or more")
      }
      let (product, overflow) = elementCount.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= maximumElementCount else {
        throw SyntheticTensorError(
          field: "shape", value: "\(shape)",
          allowed: "of at most \(maximumElementCount) elements")
      }
      elementCount = product
    }
  }

  /// Throws unless the magnitude is one a float can have.
  static func validate(hugeOutlier: Double) throws(SyntheticTensorError) {
    let limit = Double(Float.greatestFiniteMagnitude)
    guard hugeOutlier > 0, hugeOutlier <= limit else {
      throw SyntheticTensorError(
        field: "hugeOutlier", value: CanonicalNumber.text(hugeOutlier),
        allowed: "above 0 and at most \(CanonicalNumber.text(limit))")
    }
  }

  /// Throws unless a factor is finite and positive.
  fileprivate static func validate(
    scale: Double, field: String
  ) throws(SyntheticTensorError) {
    guard scale > 0, scale.isFinite else {
      throw SyntheticTensorError(
        field: field, value: CanonicalNumber.text(scale), allowed: "finite and above 0")
    }
  }
}

extension SyntheticTensor.Outliers {
  /// Throws unless the fraction is one and the scale is finite and positive.
  func validate() throws(SyntheticTensorError) {
    guard (0...1).contains(fraction) else {
      throw SyntheticTensorError(
        field: "outliers.fraction", value: CanonicalNumber.text(fraction), allowed: "in 0...1")
    }
    try SyntheticTensor.validate(scale: scale, field: "outliers.scale")
  }
}

extension SyntheticTensor.OutlierChannels {
  /// The same channels with an axis counted from the first, so that equal means equal.
  func resolved(
    for shape: [Int]
  ) throws(SyntheticTensorError) -> SyntheticTensor.OutlierChannels {
    guard (-shape.count..<shape.count).contains(axis) else {
      throw SyntheticTensorError(
        field: "outlierChannels.axis", value: "\(axis)",
        allowed: "in \(-shape.count)...\(shape.count - 1)")
    }
    let axis = axis < 0 ? axis + shape.count : axis
    guard (1...shape[axis]).contains(count) else {
      throw SyntheticTensorError(
        field: "outlierChannels.count", value: "\(count)", allowed: "in 1...\(shape[axis])")
    }
    try SyntheticTensor.validate(scale: scale, field: "outlierChannels.scale")
    return SyntheticTensor.OutlierChannels(count: count, scale: scale, axis: axis)
  }
}
