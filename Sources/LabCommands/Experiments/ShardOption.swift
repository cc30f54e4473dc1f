internal import ArgumentParser
internal import ExperimentRunner

/// `3/200`: which shard of how many.
struct ShardOption: ExpressibleByArgument {
  let index: Int
  let count: Int

  /// The greatest number of shards.
  static let most = 1_000_000

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]),
      (1...Self.most).contains(count), (1...count).contains(index)
    else { return nil }
    (self.index, self.count) = (index, count)
  }

  var request: PartRequest { .shard(index: index, count: count) }
}
