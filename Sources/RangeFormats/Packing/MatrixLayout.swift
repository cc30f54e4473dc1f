internal import QuantizationCore
internal import RangeFiles
internal import TensorIO

/// How the lanes of a weight lie in a file of codes: one row for each output, the inputs along the row.
///
/// Files have a matrix of N outputs by K inputs. `MatMul` of ONNX has its weight the other way around, [K, N]:
/// channels along axis 1, groups along axis 0. Such a weight is transposed on its way to the file, and its
/// scales are sorted again.
struct MatrixLayout: Hashable {
  /// Which values of the matrix share a range.
  enum Lanes: Hashable {
    /// All of them.
    case tensor
    /// Those of a row.
    case row
    /// So many neighbors of a row.
    case group(Int)
  }

  /// The shape of the tensor in its model.
  let shape: [Int]
  /// The number of outputs, N; axes before the last one are counted as one.
  let rows: Int
  /// The number of inputs, K.
  let columns: Int
  /// Which values share a range.
  let lanes: Lanes
  /// Whether the model has inputs along the first axis.
  let isTransposed: Bool
  /// Whether axes of lanes or the model say so.
  let isKnown: Bool

  /// The number of values in a group; a whole row where there are no groups.
  var groupLength: Int { if case .group(let size) = lanes { size } else { columns } }
  /// The number of groups in a row; one where there are no groups.
  var groups: Int { columns / groupLength }
  /// The number of lanes.
  var count: Int {
    switch lanes {
    case .tensor: 1
    case .row: rows
    case .group: rows * groups
    }
  }

  /// The place of a group's lane among the lanes of the tensor.
  func lane(row: Int, group: Int) -> Int {
    switch lanes {
    case .tensor: 0
    case .row: row
    case .group: isTransposed ? group * rows + row : row * groups + group
    }
  }

  /// The layout of a tensor that is to be written.
  ///
  /// The axis of channels or groups says how the tensor lies; of a whole tensor the model says it, and without
  /// a model it lies as in the file.
  ///
  /// - Throws: ``FormatFault`` without the name of the tensor: why its lanes are not those of rows.
  init(_ range: TensorRange, _ model: ModelDirectory?) throws(FormatFault) {
    let entry = model?.entry(range.name)
    let shape = range.shape.isEmpty ? entry?.shape ?? [] : range.shape
    let lanes: Lanes =
      switch FormatAbility.Lanes(range.granularity) {
      case .tensor: .tensor
      case .group: .group(range.granularity.groupSize ?? 1)
      default: .row
      }
    guard let last = shape.indices.last, shape.allSatisfy({ $0 > 0 }) else {
      throw FormatFault(shape.isEmpty ? "the shape is not known" : "the shape is \(shape)")
    }
    guard let count = shape.laneCount(range.granularity), count == range.scales.count else {
      throw FormatFault(
        "\(counted(range.scales.count, "scale")) for \(range.granularity) of the shape \(shape)")
    }
    let axis = range.granularity.onlyAxis.map { $0 < 0 ? $0 + shape.count : $0 }
    let known = Self.isTransposed(entry)
    switch (lanes, axis) {
    case (.row, 0), (.group, last): isTransposed = false
    case (.row, 1) where shape.count == 2, (.group, 0) where shape.count == 2: isTransposed = true
    case (.tensor, _): isTransposed = known ?? false
    default:
      throw FormatFault(
        "\(range.granularity) of the shape \(shape); the format has rows of outputs, and groups along them"
      )
    }
    if let known, known != isTransposed {
      throw FormatFault(
        "\(range.granularity) of the shape \(shape), whose outputs lie along axis \(known ? 1 : 0) of the model; "
          + "the format has rows of outputs, and groups along them")
    }
    self.shape = shape
    self.lanes = lanes
    isKnown = known != nil || lanes != .tensor
    let values = shape.reduce(1, *)
    // Channels of a convolution are rows; groups of other tensors lie along the last axis.
    columns = isTransposed ? shape[0] : lanes == .row ? values / shape[0] : shape[last]
    rows = values / columns
    if case .group(let size) = lanes, !columns.isMultiple(of: size) {
      throw FormatFault(
        "rows of \(columns) values; the format has rows of whole groups, here of \(size)")
    }
  }

  /// The layout of a tensor that is read.
  ///
  /// - Parameters:
  ///   - shape: The shape in the file, the inputs last.
  ///   - entry: What the model says of the tensor; nothing where none is known.
  /// - Precondition: Rows are whole groups.
  init(fileShape shape: [Int], _ lanes: Lanes, _ entry: ModelDirectory.Entry?) {
    let isReversed = shape.count == 2 && entry.map { $0.shape == shape.reversed() } ?? false
    let isTransposed =
      isReversed && (Self.isTransposed(entry) ?? (entry.map { $0.shape != shape } ?? false))
    self.isTransposed = isTransposed
    isKnown = true
    self.shape = isTransposed ? shape.reversed() : shape
    self.lanes = lanes
    columns = shape.last ?? 1
    rows = shape.dropLast().reduce(1, *)
  }

  /// Whether a model has the inputs of a weight along its first axis; nothing where that is not known.
  private static func isTransposed(_ entry: ModelDirectory.Entry?) -> Bool? {
    guard let entry, entry.shape.count == 2 else { return nil }
    if let axis = entry.channelAxis { return axis == 1 }
    return entry.groupAxis.map { $0 == 0 }
  }

  /// The granularity of the tensor in its model.
  var granularity: Granularity {
    switch lanes {
    case .tensor: .tensor
    case .row: .channel(axis: isTransposed ? 1 : 0)
    case .group(let size): isTransposed ? .group(size: size, axis: 0) : .group(size: size)
    }
  }

  /// What a file has for each group of each row, in the order of the lanes of the tensor.
  func lanes<Value>(_ value: (_ row: Int, _ group: Int) -> Value) -> [Value] {
    switch lanes {
    case .tensor: return [value(0, 0)]
    case .row: return (0..<rows).map { value($0, 0) }
    case .group:
      guard isTransposed else {
        return (0..<rows).flatMap { row in (0..<groups).map { value(row, $0) } }
      }
      return (0..<groups).flatMap { group in (0..<rows).map { value($0, group) } }
    }
  }
}

extension MatrixLayout {
  /// What the user should know of how weights were taken to lie, a line each.
  static func notes(_ layouts: [MatrixLayout]) -> [String] {
    var notes: [String] = []
    let turned = layouts.count { $0.isTransposed }
    if turned > 0 {
      notes.append(
        "\(counted(turned, "tensor")) with inputs along the first axis: written with outputs first")
    }
    let unsure = layouts.count { !$0.isKnown }
    if unsure > 0 {
      notes.append(
        "\(counted(unsure, "tensor")) with one range: taken to have outputs along the first axis, since no "
          + "model says otherwise")
    }
    return notes
  }
}
