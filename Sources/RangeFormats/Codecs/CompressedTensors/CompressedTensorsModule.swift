internal import QuantizationCore
internal import RangeFiles
internal import TensorIO

/// The tensors of one module in a compressed-tensors file.
struct CompressedTensorsModule {
  /// The name of the module.
  let name: String
  /// The scales.
  let scale: SafetensorsImage.Member
  /// The codes, one or more to an element.
  let codes: SafetensorsImage.Member?
  /// The shape that packed codes have lost.
  let storedShape: SafetensorsImage.Member?
  /// The zero points.
  let zeroPoint: SafetensorsImage.Member?
  /// The groups of columns that do not follow each other.
  let groupIndex: SafetensorsImage.Member?
  /// Whether several codes are in an element.
  let isPacked: Bool

  /// Collects the tensors of the module that a tensor of scales belongs to; nothing for other tensors.
  init?(_ scale: SafetensorsImage.Member, in image: SafetensorsImage) {
    guard let name = scale.name.removing(suffix: ".weight_scale"), !name.isEmpty else { return nil }
    (self.name, self.scale) = (name, scale)
    let packed = image[name + ".weight_packed"]
    isPacked = packed != nil
    codes = packed ?? image[name + ".weight"]
    storedShape = image[name + ".weight_shape"]
    zeroPoint = image[name + ".weight_zero_point"]
    groupIndex = image[name + ".weight_g_idx"]
  }

  /// Whether tensors of these shapes can come from weights that are quantized in a way.
  func fits(_ weights: CompressedTensorsConfig.Weights) -> Bool {
    guard weights.isInteger, let lanes = weights.lanes, let shape = try? shape(),
      weights.symmetric ?? true == (zeroPoint == nil)
    else { return false }
    return (try? check(shape, lanes, weights.bits)) != nil
  }

  /// N and K.
  func shape() throws(FormatFault) -> [Int] {
    guard let codes else { throw FormatFault(quoted(name), "its codes are missing") }
    guard isPacked else { return codes.shape }
    guard let storedShape else { throw FormatFault(quoted(name), "weight_shape is missing") }
    let shape = try storedShape.integers()
    guard shape.allSatisfy({ $0 > 0 && $0 < 1 << 31 }) else {
      throw FormatFault(quoted(storedShape.name), "holds \(shape); expected the lengths of axes")
    }
    return shape
  }

  /// Throws where the shapes of codes and scales are not those of a matrix.
  private func check(
    _ shape: [Int], _ lanes: MatrixLayout.Lanes, _ bits: Int
  ) throws(FormatFault) {
    guard shape.count == 2, shape[0] > 0, shape[1] > 0 else {
      throw FormatFault(quoted(name), "weights of the shape \(shape); expected two axes")
    }
    if isPacked { try codes?.require(shape: [shape[0], BitFields(bits: bits).words(shape[1])]) }
    switch lanes {
    case .tensor:
      guard scale.shape.allSatisfy({ $0 == 1 }) else { return try scale.require(shape: [1]) }
    case .row: try scale.require(shape: [shape[0], 1])
    case .group(let size):
      guard shape[1].isMultiple(of: size) else {
        throw FormatFault(
          quoted(name), "rows of \(shape[1]) values; expected a multiple of the group size \(size)")
      }
      try scale.require(shape: [shape[0], shape[1] / size])
    }
  }

  /// The ranges of the weight.
  func range(
    _ weights: CompressedTensorsConfig.Weights, _ lanes: MatrixLayout.Lanes, bits: BitWidth,
    _ context: FormatContext, estimator: String
  ) throws(FormatFault) -> TensorRange {
    let shape = try shape()
    try check(shape, lanes, bits.count)
    let tensor = ModuleName.weight(of: name)
    let layout = MatrixLayout(fileShape: shape, lanes, context.model?.entry(tensor))
    if let groupIndex {
      let indices = try groupIndex.integers()
      guard indices.enumerated().allSatisfy({ $1 == -1 || $1 == $0 / layout.groupLength }) else {
        throw FormatFault(
          quoted(groupIndex.name),
          "groups are not neighbors; expected column / \(layout.groupLength)")
      }
    }
    let scales = try scale.floats()
    let isSymmetric = weights.symmetric ?? true
    let zeroPoints = try zeroPoints(layout, bits, isNeeded: !isSymmetric)
    func place(_ row: Int, _ group: Int) -> Int { row * layout.groups + group }
    var draft = RangeDraft(
      place: quoted(name), name: tensor, kind: .weight,
      grid: CodeGrid(isSymmetric ? .symmetricFull : .affineSigned, bits: bits),
      scales: layout.lanes { scales[place($0, $1)] },
      zeroPoints: layout.lanes { zeroPoints.isEmpty ? 0 : zeroPoints[place($0, $1)] },
      estimator: estimator)
    draft.shape = layout.shape
    draft.allowsMirrored = true
    draft.granularity = layout.granularity
    return try draft.range(context)
  }

  /// The zero points on signed codes, row by row; empty where there are none.
  private func zeroPoints(
    _ layout: MatrixLayout, _ bits: BitWidth, isNeeded: Bool
  ) throws(FormatFault) -> [Int] {
    guard let zeroPoint else {
      guard !isNeeded else { throw FormatFault(quoted(name), "weight_zero_point is missing") }
      return []
    }
    guard isPacked, zeroPoint.type == "I32" else {
      try zeroPoint.require(shape: scale.shape)
      return try zeroPoint.integers()
    }
    // Packed along the rows: the field of a row is in the column of its group.
    let fields = BitFields(bits: bits.count)
    try zeroPoint.require(shape: [fields.words(layout.rows), layout.groups])
    let words = try zeroPoint.integers()
    return (0..<layout.rows).flatMap { row in
      (0..<layout.groups).map { group in
        fields.read(row) { words[$0 * layout.groups + group] } - bits.levels / 2
      }
    }
  }
}
