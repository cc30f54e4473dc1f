import QuantizationCore
import Testing

@Suite struct GranularityTests {
  private static let various: [Granularity] = [
    .tensor, .channel(axis: 0), .channel(axis: 1), .channel(axis: -1), .group(size: 1),
    .group(size: 2), .group(size: 4), .group(size: 6), .group(size: 2, axis: 0),
    .group(size: 3, axis: 0), .group(size: 4, axis: -2), .block([.size(1), .size(2)]),
    .block([.size(2), .size(2)]), .block([.size(2), .size(4)]), .block([.size(3), .size(4)]),
    .block([.all, .size(2)]), .block([.size(2), .all]), .block([.all, .all]), .block([.all]),
    .block([.size(6), .size(12)]),
  ]

  @Test("the text of a granularity reads back", arguments: various)
  func roundTrip(granularity: Granularity) {
    #expect(Granularity(granularity.description) == granularity)
  }

  @Test("texts are a kind with an axis, a size or lengths")
  func texts() {
    #expect(Granularity.tensor.description == "tensor")
    #expect(Granularity.channel(axis: 2).description == "channel:2")
    #expect(Granularity.group(size: 64).description == "group:64")
    #expect(Granularity.group(size: 64, axis: 1).description == "group:64@1")
    #expect(Granularity("group:64@-1")?.description == "group:64")
    #expect(Granularity.block([.size(128), .size(64)]).description == "block:128x64")
    #expect(Granularity.block([.all, .size(4), .size(1)]).description == "block:allx4x1")
    #expect(Granularity("block:64") == .group(size: 64))
    #expect(Granularity("group:all") == .block([.all]))
    #expect(Granularity("block:1x32") != .group(size: 32))
    #expect(Self.various.allSatisfy { Granularity.kinds.contains($0.kind) })
  }

  @Test(
    "anything else is no granularity",
    arguments: [
      "", ":", "tensor:", "tensor:0", "channel", "channel:", "channel:x",
      "channel:0:1", "group", "group:0", "group:-4", "group:1.5", "group: 4",
      "group:4@", "group:4@x", "group:@1", "group:4@1@2", "channel:1@2", "Tensor", " tensor",
      "channels:0", "group:99999999999999999999", "group:al", "block", "block:", "block:x",
      "block:4x", "block:x4", "block:0x4", "block:4x-4", "block:4X4", "block:4x4@0", "block:4*4",
      "group:all@",
    ])
  func badTexts(text: String) {
    #expect(Granularity(text) == nil)
  }

  /// The lane of each element of a shape.
  private func lanes(_ granularity: Granularity, _ shape: [Int]) -> [Int]? {
    guard let partition = LanePartition(shape: shape, granularity: granularity) else { return nil }
    var lanes = [Int](repeating: -1, count: shape.reduce(1, *))
    for index in 0..<partition.count {
      let lane = partition[index]
      lane.forEachRun { start in
        for place in start..<start + lane.runLength { lanes[place] = index }
      }
    }
    return lanes
  }

  @Test(
    "a granularity refines another where each of its lanes lies in one of the other's",
    arguments: [
      [4], [12], [6, 12], [5, 7], [1, 4], [4, 1], [2, 3, 4], [3, 1, 5], [2, 2, 3, 4],
    ])
  func refines(shape: [Int]) {
    for fine in Self.various {
      for coarse in Self.various {
        guard let small = lanes(fine, shape), let large = lanes(coarse, shape) else { continue }
        var homes: [Int: Set<Int>] = [:]
        for (lane, home) in zip(small, large) { homes[lane, default: []].insert(home) }
        let lies = homes.values.allSatisfy { $0.count == 1 }
        #expect(fine.refines(coarse, in: shape) == lies, "\(fine) in \(coarse) for \(shape)")
        if shape.count > 1, fine.refines(coarse) { #expect(lies) }
      }
    }
  }

  @Test("without a shape, groups refine channels, blocks and groups that hold them")
  func refinesEverywhere() throws {
    func refines(_ fine: String, _ coarse: String) throws -> Bool {
      try #require(Granularity(fine)).refines(try #require(Granularity(coarse)))
    }
    for (fine, coarse) in [
      ("group:32", "channel:0"), ("group:32", "group:64"), ("group:32", "block:128x128"),
      ("block:1x32", "group:32"), ("block:32x32", "block:64x32"), ("block:32x32", "tensor"),
    ] {
      #expect(try refines(fine, coarse), "\(fine) in \(coarse)")
    }
    for (fine, coarse) in [
      ("group:48", "group:64"), ("group:32", "channel:1"), ("block:32x32", "channel:0"),
      ("channel:0", "group:32"), ("group:32@0", "group:32"), ("tensor", "channel:0"),
      ("channel:1", "channel:-1"),
    ] {
      #expect(try !refines(fine, coarse), "\(fine) in \(coarse)")
    }
  }

  @Test("coarse granularities come first")
  func order() {
    let ordered = ["tensor", "channel:0", "channel:1", "block:128x128", "group:128", "block:2x32"]
    let keys = ordered.compactMap { Granularity($0)?.coarseness }
    #expect(keys.count == ordered.count)
    #expect(zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 })
  }
}
