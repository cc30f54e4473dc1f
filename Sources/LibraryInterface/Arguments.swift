internal import CRangeLab
internal import CStandardLibrary
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation

/// A tensor that was passed: memory that is read during the call, and its shape.
struct PassedTensor {
  let values: UnsafeBufferPointer<Float>
  let shape: [Int]
  /// The number of NaN and infinities.
  let nonFinite: Int

  /// Checks what was passed.
  ///
  /// - Throws: ``CallFailure`` for a pointer or a shape that cannot be.
  init(_ tensor: UnsafePointer<rangelab_tensor>?) throws {
    let tensor = try passed(tensor, "no tensor").pointee
    let shape = try passedShape(tensor.shape, rank: tensor.rank)
    let values = UnsafeBufferPointer(
      start: try passed(tensor.values, "no values"), count: try elementCount(of: shape))
    self.init(values: values, shape: shape)
  }

  private init(values: UnsafeBufferPointer<Float>, shape: [Int]) {
    (self.values, self.shape) = (values, shape)
    nonFinite = Kernels.nonFiniteCount(in: values.span)
  }

  /// The lanes of a granularity.
  ///
  /// - Throws: ``CallFailure`` if the shape has no axis for it.
  func partition(_ granularity: Granularity) throws -> LanePartition {
    try lanePartition(shape, granularity)
  }

  /// The number of values that are left out.
  ///
  /// - Throws: ``CallFailure`` if there are some, and they are an error.
  func skipped(ifAllowed: Bool) throws -> Int {
    guard nonFinite == 0 || ifAllowed else {
      throw CallFailure(
        status: RANGELAB_NOT_FINITE,
        text:
          "\(nonFinite) of \(values.count) values are not finite; expected none, or that they are skipped"
      )
    }
    return nonFinite
  }
}

/// A pointer that must be there.
func passed<Pointer>(_ pointer: Pointer?, _ otherwise: String) throws -> Pointer {
  guard let pointer else { throw CallFailure.invalid(otherwise) }
  return pointer
}

/// A text that must be there.
func passedText(_ text: UnsafePointer<CChar>?, _ name: String) throws -> String {
  String(cString: try passed(text, "no \(name)"))
}

/// The lengths of axes.
func passedShape(_ shape: UnsafePointer<Int64>?, rank: Int32) throws -> [Int] {
  guard (0...64).contains(rank) else {
    throw CallFailure.invalid("a rank of \(rank); expected 0 to 64")
  }
  guard rank > 0 else { return [] }
  return UnsafeBufferPointer(start: try passed(shape, "no shape"), count: Int(rank)).map { Int($0) }
}

/// The number of elements of a shape: at least one.
func elementCount(of shape: [Int]) throws -> Int {
  var count = 1
  for length in shape {
    let (product, overflows) = count.multipliedReportingOverflow(by: length)
    guard length >= 1, !overflows, product <= Int.max / 16 else {
      throw CallFailure.invalid("the shape \(shape) has no values, or too many")
    }
    count = product
  }
  return count
}

/// The lanes of a shape.
func lanePartition(_ shape: [Int], _ granularity: Granularity) throws -> LanePartition {
  guard let partition = LanePartition(shape: shape, granularity: granularity) else {
    throw CallFailure.invalid(
      "granularity cannot be \(granularity); the shape \(shape) has "
        + (shape.isEmpty ? "no axes" : "axes 0 to \(shape.count - 1)"))
  }
  return partition
}

/// The granularity of a text; the whole tensor without one.
func passedGranularity(_ text: UnsafePointer<CChar>?) throws -> Granularity {
  guard let text = text.map({ String(cString: $0) }) else { return .tensor }
  guard let granularity = Granularity(text) else {
    throw CallFailure.invalid(
      "granularity cannot be '\(text)'; expected \(Granularity.expectation)")
  }
  return granularity
}

/// The format of a text.
func passedFormat(_ text: UnsafePointer<CChar>?) throws -> CodeGrid {
  let text = try passedText(text, "format")
  guard let format = CodeGrid(text) else {
    throw CallFailure.invalid("format cannot be '\(text)'; expected \(CodeGrid.expectation)")
  }
  return format
}

/// The rule of a text.
func passedRule(_ text: UnsafePointer<CChar>?) throws -> NamedEstimator {
  try EstimatorRegistry.builtIn.parse(passedText(text, "rule"))
}

/// The threads for so many values.
///
/// - Parameter threads: The number that was passed; 0 is one for each processor.
func passedWorkers(_ threads: Int32, for count: Int) throws -> Workers {
  guard (0...4096).contains(threads) else {
    throw CallFailure.invalid(
      "threads cannot be \(threads); expected 1 to 4096, or 0 for all processors")
  }
  // For a few values it takes longer to start threads than to do without them.
  guard count > Kernels.chunk else { return .one }
  let processors = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  return Workers(threads == 0 ? processors : Int(threads))
}
