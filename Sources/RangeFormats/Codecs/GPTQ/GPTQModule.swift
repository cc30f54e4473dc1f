internal import QuantizationCore
internal import RangeFiles
internal import TensorIO

/// The tensors of one module in a GPTQ file, as they are read.
struct GPTQModule {
  /// The name of the module.
  let name: String
  /// The number of outputs, N.
  let rows: Int
  /// The number of inputs, K.
  let columns: Int
  /// The number of values in a group; nothing where a row is one group.
  let groupSize: Int?
  /// The scale of each group of each row: [K/G, N].
  let scales: [Float]
  /// The zero points as they are stored, in the order of the scales.
  let storedZeros: [Int]

  /// The number of groups in a row.
  var groups: Int { groupSize.map { columns / $0 } ?? 1 }

  /// Reads the module whose codes are in a tensor; nothing for other tensors.
  ///
  /// - Throws: ``FormatFault`` where tensors are missing or have other shapes than the codes.
  init?(
    _ codes: SafetensorsImage.Member, in image: SafetensorsImage, _ config: GPTQConfig
  ) throws(FormatFault) {
    guard let name = codes.name.removing(suffix: ".qweight"), !name.isEmpty else { return nil }
    self.name = name
    func member(_ suffix: String) throws(FormatFault) -> SafetensorsImage.Member {
      guard let member = image[name + suffix] else {
        throw FormatFault(quoted(name), "\(suffix.dropFirst()) is missing")
      }
      return member
    }
    guard codes.type == "I32", codes.shape.count == 2, codes.shape.allSatisfy({ $0 > 0 }),
      (codes.shape[0] * 32).isMultiple(of: config.bits)
    else {
      throw FormatFault(
        quoted(codes.name),
        "is of type \(quoted(codes.type)) and shape \(codes.shape); expected I32 and [K / 32 * \(config.bits), N]"
      )
    }
    rows = codes.shape[1]
    columns = codes.shape[0] * 32 / config.bits
    groupSize = config.groupSize == -1 ? nil : config.groupSize
    let size = groupSize ?? columns
    guard columns.isMultiple(of: size) else {
      throw FormatFault(
        quoted(name), "rows of \(columns) values; expected a multiple of group_size \(size)")
    }
    let groups = columns / size
    let scale = try member(".scales")
    try scale.require(shape: [groups, rows])
    scales = try scale.floats()
    let fields = BitFields(bits: config.bits)
    let zeros = try member(".qzeros")
    let width = fields.words(rows)
    try zeros.require(shape: [groups, width])
    let words = try zeros.integers()
    let rows = rows
    storedZeros = (0..<groups).flatMap { group in
      (0..<rows).map { row in fields.read(row) { words[group * width + $0] } }
    }
    if let index = image[name + ".g_idx"] {
      try index.require(shape: [columns])
      guard try index.integers().enumerated().allSatisfy({ $1 == $0 / size }) else {
        throw FormatFault(
          quoted(index.name),
          "groups are not neighbors (desc_act), so no range is that of a group of neighbors")
      }
    } else if config.isReordered == true, groups > 1 {
      throw FormatFault(
        quoted(name), "g_idx is missing, and desc_act says that groups are not neighbors")
    }
  }

  /// The ranges of the weight.
  ///
  /// - Parameter missing: What is missing to the stored zero points: 1 in version `gptq`.
  func range(
    _ bits: BitWidth, missing: Int, _ context: FormatContext, estimator: String
  ) throws(FormatFault) -> TensorRange {
    let half = bits.levels / 2
    let zeroPoints = storedZeros.map { $0 + missing }
    guard zeroPoints.allSatisfy({ $0 < bits.levels }) else {
      throw FormatFault(
        quoted(name),
        "a stored zero point of \(bits.levels - 1) stands for \(bits.levels) in version gptq, which is no code; "
          + "--format-version gptq_v2 if the file stores zero points themselves")
    }
    let isSymmetric = zeroPoints.allSatisfy { $0 == half }
    let tensor = ModuleName.weight(of: name)
    let layout = MatrixLayout(
      fileShape: [rows, columns], groupSize.map { .group($0) } ?? .row,
      context.model?.entry(tensor))
    func place(_ row: Int, _ group: Int) -> Int { group * rows + row }
    var draft = RangeDraft(
      place: quoted(name), name: tensor, kind: .weight,
      grid: CodeGrid(isSymmetric ? .symmetricFull : .affineUnsigned, bits: bits),
      scales: layout.lanes { scales[place($0, $1)] },
      zeroPoints: layout.lanes { isSymmetric ? 0 : zeroPoints[place($0, $1)] },
      estimator: estimator)
    draft.shape = layout.shape
    draft.allowsMirrored = true
    draft.granularity = layout.granularity
    return try draft.range(context)
  }
}
