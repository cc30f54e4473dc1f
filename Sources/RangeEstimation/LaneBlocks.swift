/// The lanes of a tensor, cut into blocks of consecutive lanes that workers share.
///
/// Results are put together in the order of lanes, so neither the number of workers nor the length
/// of blocks affects them.
struct LaneBlocks {
  private let laneCount: Int
  private let workers: Workers
  private let blocks: Int

  /// Cuts lanes into eight blocks for each worker, so that a worker that is done early takes
  /// another block.
  ///
  /// One worker gets one block.
  init(laneCount: Int, workers: Workers) {
    self.laneCount = laneCount
    self.workers = workers
    blocks = workers.count == 1 ? 1 : min(laneCount, 8 * workers.count)
  }

  /// Calls `body` with every block; several workers do so at once.
  func forEach(_ body: @escaping @Sendable (Range<Int>) -> Void) {
    let (laneCount, blocks) = (laneCount, blocks)
    workers.forEach(blocks) { block in
      body(laneCount * block / blocks..<laneCount * (block + 1) / blocks)
    }
  }

  /// Maps each block to the results of its lanes; several workers do so at once.
  ///
  /// - Returns: The results of all lanes, in order.
  /// - Throws: The error of the first block that throws one.
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
