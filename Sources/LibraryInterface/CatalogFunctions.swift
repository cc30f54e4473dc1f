public import CRangeLab
internal import CStandardLibrary
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation

/// The version of the library.
@c @implementation
public func rangelab_version() -> UnsafePointer<CChar>! { LastingText.version }

/// The number of estimators.
@c @implementation
public func rangelab_estimator_count() -> Int { LastingText.estimators.count }

/// The estimator at an index.
@c @implementation
public func rangelab_estimator_at(
  _ index: Int, _ info: UnsafeMutablePointer<rangelab_estimator_info>!
) -> rangelab_status {
  reportingStatus {
    let estimators = LastingText.estimators
    guard estimators.indices.contains(index) else {
      throw CallFailure.invalid("no estimator \(index); there are \(estimators.count)")
    }
    try passed(info, "no place for the estimator").pointee = estimators[index]
  }
}

/// Writes the text of a format of integers.
@c @implementation
public func rangelab_format_name(
  _ scheme: UnsafePointer<CChar>!, _ grid: UnsafePointer<CChar>!, _ bits: Int32,
  _ text: UnsafeMutablePointer<CChar>!, _ size: Int
) -> rangelab_status {
  reportingStatus {
    let name = try passedText(scheme, "scheme")
    guard let scheme = QuantizationScheme(rawValue: name) else {
      throw CallFailure.invalid("scheme cannot be '\(name)'; expected symmetric or affine")
    }
    guard let width = BitWidth(Int(bits)) else {
      throw CallFailure.invalid("bits cannot be \(bits); expected a whole number from 2 to 16")
    }
    let gridName = grid.map { String(cString: $0) }
    guard let family = GridFamily(scheme: scheme, gridName: gridName) else {
      throw CallFailure.invalid(
        "grid cannot be '\(gridName ?? "")' with \(scheme); expected "
          + GridFamily.families(of: scheme).map(\.gridName).joined(separator: ", "))
    }
    let bytes = CodeGrid(family, bits: width).description.utf8CString
    let place = try passed(text, "no place for the text")
    guard bytes.count <= size else {
      throw CallFailure.invalid("room for \(size) bytes; the text takes \(bytes.count)")
    }
    for (index, byte) in bytes.enumerated() { place[index] = byte }
  }
}

/// What the codes of a format are.
@c @implementation
public func rangelab_format_describe(
  _ format: UnsafePointer<CChar>!, _ info: UnsafeMutablePointer<rangelab_format_info>!
) -> rangelab_status {
  reportingStatus {
    let grid = try passedFormat(format)
    let type =
      switch CodeStorage(for: grid) {
      case .int8: RANGELAB_INT8
      case .uint8: RANGELAB_UINT8
      case .int16: RANGELAB_INT16
      case .uint16: RANGELAB_UINT16
      }
    try passed(info, "no place for the format").pointee = rangelab_format_info(
      bits: Int32(grid.bits.count), code_type: type, minimum_code: Int32(grid.minimumCode),
      maximum_code: Int32(grid.maximumCode), has_zero_point: grid.family.scheme == .affine ? 1 : 0)
  }
}

/// Texts that live as long as the program.
private enum LastingText {
  // Written once, before anybody reads them.
  nonisolated(unsafe) static let version = text(ToolVersion.current)
  nonisolated(unsafe) static let estimators = EstimatorRegistry.builtIn.descriptors.map {
    rangelab_estimator_info(
      name: text($0.identifier), family: text($0.family.rawValue), summary: text($0.summary),
      parameters: text(
        $0.parameters.map { "\($0.name)=\($0.defaultValue): \($0.meaning); \($0.allowed)" }
          .joined(separator: "\n")), reference: text($0.reference))
  }

  private static func text(_ text: String) -> UnsafePointer<CChar> { UnsafePointer(strdup(text)) }
}
