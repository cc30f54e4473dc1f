package import QuantizationCore
package import RangeFiles
internal import TensorIO

/// What a file says of a tensor, before it is checked.
package struct RangeDraft {
  /// Where the tensor stands in its file, for messages.
  package var place: String
  /// The name of the tensor.
  package var name: String
  /// What it is; nothing where the file does not say.
  package var kind: TensorRange.Kind?
  /// The length of each axis; nothing where the file does not say.
  package var shape: [Int]?
  /// Which values share a range.
  package var granularity = Granularity.tensor
  /// The codes.
  package var grid: CodeGrid
  /// The scale of each lane.
  package var scales: [Float]
  /// The zero point of each lane.
  package var zeroPoints: [Int]
  /// What the lowest code of each lane stands for, where zero lies between two codes; else nothing.
  package var lows: [Float]?
  /// What chose the range.
  package var estimator: String
  /// Whether the format knows negative scales.
  package var allowsMirrored = false

  /// A tensor as a file has it.
  package init(
    place: String, name: String, kind: TensorRange.Kind? = nil, grid: CodeGrid, scales: [Float],
    zeroPoints: [Int], estimator: String
  ) {
    (self.place, self.name, self.kind, self.grid) = (place, name, kind, grid)
    (self.scales, self.zeroPoints, self.estimator) = (scales, zeroPoints, estimator)
  }

  /// The ranges of the tensor.
  ///
  /// Kind and shape are the model's where it is known. Without a model and a word in the file, a tensor with
  /// one range is an activation and others are weights.
  ///
  /// - Throws: ``FormatFault`` where scales, zero points, codes, lanes and shape do not agree.
  package func range(_ context: FormatContext) throws(FormatFault) -> TensorRange {
    func fault(_ reason: String) -> FormatFault { FormatFault(place, reason) }
    guard !scales.isEmpty, scales.count == zeroPoints.count else {
      throw fault(
        "\(counted(scales.count, "scale")) and \(counted(zeroPoints.count, "zero point")); expected as many, "
          + "at least one")
    }
    let entry = context.model?.entry(name)
    let kind = try kind(entry, fault)
    let shape = try shape(entry, fault)
    let (grid, scales, zeroPoints) = try unmirrored(fault)
    if let wrong = scales.firstIndex(where: { !$0.isUsableScale }) {
      throw fault(
        "the scale \(Self.lane(wrong, of: scales))is \(scales[wrong]); expected a normal Float32 above zero"
      )
    }
    let isSymmetric = grid.family.scheme == .symmetric
    let codes = isSymmetric ? 0...0 : grid.codes
    if let wrong = zeroPoints.firstIndex(where: { !codes.contains($0) }) {
      throw fault(
        "the zero point \(Self.lane(wrong, of: zeroPoints))is \(zeroPoints[wrong]); expected "
          + (isSymmetric
            ? "0 on the symmetric grid \(grid)" : "\(codes.lowerBound) to \(codes.upperBound)"))
    }
    return TensorRange(
      name: name, kind: kind, shape: shape, granularity: granularity, grid: grid,
      estimator: estimator, scales: scales, zeroPoints: zeroPoints)
  }

  /// Adds the ranges of the tensor to what was read of the file.
  ///
  /// - Throws: As ``range(_:)``; also where a low end is not finite.
  package func add(to reading: inout FormatReading, _ context: FormatContext) throws(FormatFault) {
    guard let lows else {
      reading.tensors.append(try range(context))
      return
    }
    guard lows.count == scales.count, lows.allSatisfy(\.isFinite) else {
      throw FormatFault(place, "a low end is not finite")
    }
    var steps = self
    steps.grid = CodeGrid(.symmetricUnsigned, bits: grid.bits)
    steps.zeroPoints = scales.map { _ in 0 }
    reading.unaligned.append(UnalignedRange(steps: try steps.range(context), lows: lows))
  }

  private static func lane<Values: Collection>(_ lane: Int, of values: Values) -> String {
    values.count == 1 ? "" : "of lane \(lane) "
  }

  private func kind(
    _ entry: ModelDirectory.Entry?, _ fault: (String) -> FormatFault
  ) throws(FormatFault) -> TensorRange.Kind {
    guard let entry else { return kind ?? (granularity == .tensor ? .activation : .weight) }
    if let kind, (kind == .activation) != (entry.kind == .activation) {
      throw fault(
        "is given as one of the \(kind.plural); it is one of the \(entry.kind.plural) of the model")
    }
    return entry.kind
  }

  /// The shape, in agreement with the lanes.
  private func shape(
    _ entry: ModelDirectory.Entry?, _ fault: (String) -> FormatFault
  ) throws(FormatFault) -> [Int] {
    let known = entry.flatMap { $0.shape.isEmpty ? nil : $0.shape }
    if let known, let shape, !shape.isEmpty, known != shape {
      throw fault("the shape is \(shape); that of the model is \(known)")
    }
    let shape = known ?? shape ?? []
    guard shape.laneCount(.tensor) != nil else { throw fault("the shape is \(shape)") }
    guard granularity != .tensor else {
      guard scales.count == 1 else {
        throw fault("\(scales.count) scales for a whole tensor; expected 1")
      }
      return shape
    }
    // Without a shape the number of scales is that of the lanes.
    guard !shape.isEmpty else { return [] }
    guard let count = shape.laneCount(granularity) else {
      throw fault("the shape \(shape) has no \(granularity)")
    }
    guard count == scales.count else {
      throw fault(
        "\(counted(scales.count, "scale")); expected \(count) for \(granularity) of the shape \(shape)"
      )
    }
    return shape
  }

  /// The quantizers with scales above zero.
  ///
  /// A negative scale stands for codes counted from the other end: q becomes qmin + qmax - q, and so does
  /// the zero point, which then is free on an affine grid.
  private func unmirrored(
    _ fault: (String) -> FormatFault
  ) throws(FormatFault) -> (CodeGrid, [Float], [Int]) {
    guard allowsMirrored, scales.contains(where: { $0 < 0 }) else {
      return (grid, scales, zeroPoints)
    }
    guard zeroPoints.allSatisfy(grid.codes.contains) else { return (grid, scales, zeroPoints) }
    let magnitudes = scales.map(\.magnitude)
    let levels: LevelSet
    switch grid.family.levels {
    case .symmetricNarrow: return (grid, magnitudes, zeroPoints)
    case .symmetricFull, .affineSigned: levels = .affineSigned
    case .symmetricUnsigned, .affineUnsigned: levels = .affineUnsigned
    case .table:
      throw fault("a scale is below zero, and the levels of \(grid) have no mirror image")
    }
    let mirrored = CodeGrid(GridFamily(levels), bits: grid.bits)
    let ends = grid.minimumCode + grid.maximumCode
    return (mirrored, magnitudes, zip(scales, zeroPoints).map { $0 < 0 ? ends - $1 : $1 })
  }
}

extension [Int] {
  /// The number of lanes of a tensor of this shape; nothing where it lacks an axis, or has more values
  /// than memory.
  package func laneCount(_ granularity: Granularity) -> Int? {
    var values = 1
    for length in self {
      // Distances in memory are products of the other lengths, even where one is 0.
      let (product, isTooLarge) = values.multipliedReportingOverflow(by: Swift.max(length, 1))
      guard length >= 0, !isTooLarge, product < 1 << 56 else { return nil }
      values = product
    }
    return LanePartition(shape: self, granularity: granularity)?.count
  }
}
