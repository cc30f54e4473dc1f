internal import QuantizationCore
internal import ResultRecords

/// A profile to compute: one tensor, on every grid of its cells.
struct ProfileRequest: Sendable {
  /// The tensor.
  let tensor: TensorReference
  /// The index of the tensor in the manifest.
  let tensorIndex: Int
  /// The grids, in manifest order.
  let grids: [CodeGrid]
  /// The hash of everything that determines the profile; the store finds it by this address.
  let address: String

  /// - Parameters:
  ///   - tensor: The tensor.
  ///   - index: Its index in the manifest.
  ///   - grids: The grid of every cell of the tensor, in order.
  ///   - origin: The origin that the cells of the tensor share.
  init(
    of tensor: TensorReference, _ index: Int, on grids: [CodeGrid], origin: CellOrigin
  ) {
    self.tensor = tensor
    tensorIndex = index
    self.grids = grids.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    let names = self.grids.map { "\($0.family.scheme.rawValue) \($0.family.gridName) \($0.bits)" }
    address = ContentHash.of(
      origin.texts + ["profile", "\(NumericsRevision.profiles)", tensor.name] + names)
  }
}

extension BatchLayout {
  /// The shape of all batches together: they are joined along the leading axis or, if they differ
  /// in another, as rows of values.
  var shape: [Int] {
    guard shapes.count > 1 else { return shapes[0] }
    guard shapes.allSatisfy({ !$0.isEmpty && $0.dropFirst() == shapes[0].dropFirst() }) else {
      return [shapes.reduce(0) { $0 + $1.reduce(1, *) }]
    }
    return [shapes.reduce(0) { $0 + $1[0] }] + shapes[0].dropFirst()
  }
}
