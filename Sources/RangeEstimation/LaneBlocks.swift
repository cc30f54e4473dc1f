/// Lanes of a tensor in blocks, which workers share.
///
/// What is made of lanes is put together in their order, so that neither the number of workers nor
/// the length of blocks shows in it.
struct LaneBlocks {
  private let laneCount: Int
  private let workers: Workers
  private let blocks: Int

  /// Cuts lanes so that each worker has a few blocks: whoever is done takes another.
  init(laneCount: Int, workers: Workers) {
    self.laneCount = laneCount
    self.workers = workers
    blocks = workers.count == 1 ? 1 : min(laneCount, 8 * workers.count)
  }

  /// Calls `body` with every block, several at once.
  func forEach(_ body: @escaping @Sendable (Range<Int>) -> Void) {
    let (laneCount, blocks) = (laneCount, blocks)
    workers.forEach(blocks) { block in
      body(laneCount * block / blocks..<laneCount * (block + 1) / blocks)
    }
  }

  /// Maps blocks of lanes, several at once, to what becomes of each of their lanes.
  ///
  /// - Returns: The results of all lanes, in order.
  /// - Throws: What the first block to throw does.
  func map<Result: Sendable>(
    _ transform: @escaping @Sendable (Range<Int>) throws -> [Result]
  ) throws -> [Result] {
    guard blocks > 1 else { return try transform(0..<laneCount) }
    let (laneCount, blocks) = (laneCount, blocks)
    return Array(
      try workers.map(blocks) { block in
        try transform(laneCount * block / blocks..<laneCount * (block + 1) / blocks)
      }.joined())
  }
}
