package import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
package import TensorIO

/// The batches of a tensor, cut into lanes and ready to be read.
package struct TensorBatches: Sendable {
  /// Each batch, in order.
  package let lanes: [BatchLanes]
  /// How many values are not finite and left out.
  package let dropped: Int

  /// The number of lanes, the same in every batch.
  package var laneCount: Int { lanes[0].laneCount }

  /// Batches of a tensor in memory.
  ///
  /// - Throws: ``BatchFault`` where the batches have no such lanes.
  package init(
    _ tensor: Tensor, _ layout: BatchLayout, _ granularity: Granularity
  ) throws(BatchFault) {
    let dropped = Kernels.nonFiniteCount(in: tensor.values.span)
    self.dropped = dropped
    var offset = 0
    lanes = try layout.partitions(granularity).map { partition in
      let lanes = TensorLanes(
        batch: tensor.values, from: offset, partition: partition, dropsNonFinite: dropped > 0)
      offset += partition.shape.reduce(1, *)
      return .held(lanes)
    }
  }

  /// Batches in files: one file, cut or not, or a file for each.
  ///
  /// A tensor that is one lane is streamed, one batch after the other, and never held, but for what
  /// is slow to read again. Lanes are cut in memory, but those of large tensors that can be read one
  /// after the other.
  ///
  /// - Parameter specifications: What `TensorFile.open` takes, each naming one tensor.
  /// - Throws: What reading a file throws, and ``BatchFault`` where the batches have no such lanes.
  package init(
    files specifications: [String], _ layout: BatchLayout, _ granularity: Granularity,
    nonFinite: NonFinitePolicy
  ) throws {
    let inputs = zip(specifications, specifications.count == 1 ? [layout.shape] : layout.shapes)
      .map { TensorInput($0, shape: $1) }
    try self.init(inputs, layout, granularity, nonFinite: nonFinite)
  }

  /// Batches in files, as ``init(files:_:_:nonFinite:)`` describes.
  package init(
    _ inputs: [TensorInput], _ layout: BatchLayout, _ granularity: Granularity,
    nonFinite: NonFinitePolicy
  ) throws {
    if let empty = zip(inputs, layout.shapes).first(where: { $1.contains(0) }) {
      throw TensorFileError.emptyTensor(
        name: empty.0.name, shape: inputs.count == 1 ? layout.shape : empty.1)
    }
    let partitions = try layout.partitions(granularity)
    let isStreamed =
      if granularity == .tensor {
        try inputs.count > 1 || !inputs[0].read { $0.isBetterHeld }
      } else {
        try partitions.allSatisfy { LaneSlabs($0) != nil }
          && inputs.allSatisfy { try $0.read { $0.hasManyLanesToStream } }
      }
    if isStreamed {
      try self.init(streaming: inputs, partitions, nonFinite: nonFinite)
      return
    }
    if inputs.count == 1 {
      try self.init(inputs[0].read { try $0.load(nonFinite: nonFinite) }, layout, granularity)
      return
    }
    var batches: [TensorBatches] = []
    for (input, shape) in zip(inputs, layout.shapes) {
      let tensor = try input.read { try $0.load(nonFinite: nonFinite) }
      batches.append(try TensorBatches(tensor, BatchLayout(whole: shape), granularity))
    }
    self.init(batches.flatMap(\.lanes), dropped: batches.reduce(0) { $0 + $1.dropped })
  }

  private init(_ lanes: [BatchLanes], dropped: Int) {
    self.lanes = lanes
    self.dropped = dropped
  }

  private init(
    streaming inputs: [TensorInput], _ partitions: [LanePartition], nonFinite: NonFinitePolicy
  ) throws {
    let isCut = inputs.count < partitions.count
    // A slice or a slab is read without what follows it, but one bad value makes the whole file bad.
    if nonFinite == .error, isCut || partitions[0].count > 1 {
      for input in inputs { try input.read { try $0.forEachBatch(nonFinite: .error) { _ in } } }
    }
    var dropped = 0
    if nonFinite == .skip {
      for input in inputs {
        try input.read { file in
          try file.forEachBatch(nonFinite: .skip) { dropped += Kernels.nonFiniteCount(in: $0) }
        }
      }
    }
    var start = 0
    let lanes = partitions.enumerated().map { index, partition in
      let count = partition.shape.reduce(1, *)
      defer { start += count }
      return BatchLanes.streamed(
        FileLanes(
          inputs[isCut ? 0 : index], elements: isCut ? start..<start + count : 0..<count,
          partition: partition, dropsNonFinite: dropped > 0))
    }
    self.init(lanes, dropped: dropped)
  }
}

extension TensorFile {
  /// Up to this many values are held where reading them again is slow: 64 MiB.
  private static let heldElements = 1 << 24

  /// Whether lanes are read one after the other, in place of all at once.
  fileprivate var hasManyLanesToStream: Bool {
    isReadableFromAnywhere && count > Self.heldElements
  }

  /// Whether every reading would unpack the values or put them into another order again.
  ///
  /// In another order they are held whole while they are read, whatever their number.
  fileprivate var isBetterHeld: Bool {
    needsTransposition || source.packing != .plain && count <= Self.heldElements
  }
}
