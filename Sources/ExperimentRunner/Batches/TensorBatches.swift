public import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
public import TensorIO

/// The batches of a tensor, cut into lanes and ready to be read.
public struct TensorBatches: Sendable {
  /// Each batch, in order.
  public let lanes: [BatchLanes]
  /// How many values are not finite and left out.
  public let dropped: Int

  /// The number of lanes, the same in every batch.
  public var laneCount: Int { lanes[0].laneCount }

  /// Batches of a tensor in memory.
  ///
  /// - Throws: ``BatchFault`` where the batches have no such lanes.
  public init(
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
  /// A tensor that is one lane is streamed, one batch after the other, and never held; lanes are
  /// cut in memory.
  ///
  /// - Parameter specifications: What `TensorFile.open` takes, each naming one tensor.
  /// - Throws: What reading a file throws, and ``BatchFault`` where the batches have no such lanes.
  public init(
    files specifications: [String], _ layout: BatchLayout, _ granularity: Granularity,
    nonFinite: NonFinitePolicy
  ) throws {
    let partitions = try layout.partitions(granularity)
    guard granularity != .tensor || nonFinite != .error else {
      self.init(streaming: specifications, partitions)
      return
    }
    if specifications.count == 1 {
      try self.init(
        Self.load(specifications[0], nonFinite: nonFinite), layout, granularity)
      return
    }
    var batches: [TensorBatches] = []
    for (specification, shape) in zip(specifications, layout.shapes) {
      let tensor = try Self.load(specification, nonFinite: nonFinite)
      batches.append(try TensorBatches(tensor, BatchLayout(whole: shape), granularity))
    }
    self.init(batches.flatMap(\.lanes), dropped: batches.reduce(0) { $0 + $1.dropped })
  }

  private init(_ lanes: [BatchLanes], dropped: Int) {
    self.lanes = lanes
    self.dropped = dropped
  }

  private init(streaming specifications: [String], _ partitions: [LanePartition]) {
    var start = 0
    let lanes = partitions.enumerated().map { index, partition in
      let count = partition.shape.reduce(1, *)
      defer { start += count }
      let isCut = specifications.count == 1
      return BatchLanes.streamed(
        FileLanes(
          specifications[isCut ? 0 : index],
          elements: isCut ? start..<start + count : 0..<count, rowLength: partition.rowLength))
    }
    self.init(lanes, dropped: 0)
  }

  private static func load(_ specification: String, nonFinite: NonFinitePolicy) throws -> Tensor {
    try TensorFile.open(specification)[0].load(nonFinite: nonFinite)
  }
}
