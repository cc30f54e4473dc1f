import QuantizationCore
import Testing

@Suite struct LanePartitionTests {
  private static let shapes = [
    [], [1], [5], [3, 4], [4, 1], [1, 7], [2, 3, 5], [3, 1, 4], [2, 3, 2, 3],
  ]

  /// The flat indices of a lane, in the order of its runs.
  private func indices(_ lane: LanePartition.Lane) -> [Int] {
    var indices: [Int] = []
    lane.forEachRun { indices += $0..<$0 + lane.runLength }
    return indices
  }

  @Test("every element is in exactly one lane, whatever the shape", arguments: shapes)
  func cover(shape: [Int]) throws {
    let elements = shape.reduce(1, *)
    let sizes = [1, 2, 3, 100]
    var granularities = [Granularity.tensor] + sizes.map { .group(size: $0) }
    for axis in shape.indices {
      granularities += [.channel(axis: axis), .channel(axis: axis - shape.count)]
      granularities += sizes.map { .group(size: $0, axis: axis) }
    }
    for count in 2..<max(3, shape.count + 1) where count <= shape.count {
      granularities += sizes.map {
        .block([Granularity.Extent](repeating: .size($0), count: count))
      }
      granularities.append(
        .block([.all] + [.size(2)] + [Granularity.Extent](repeating: .all, count: count - 2)))
    }
    for granularity in granularities {
      let partition = try #require(LanePartition(shape: shape, granularity: granularity))
      let lanes = (0..<partition.count).map { partition[$0] }
      #expect(lanes.flatMap(indices).sorted() == Array(0..<elements), "\(granularity)")
      #expect(lanes.allSatisfy { indices($0).count == $0.count && $0.count > 0 })
    }
  }

  @Test("lane i of channel a holds the elements whose index along a is i")
  func channels() throws {
    let shape = [2, 3, 4]
    for axis in 0..<3 {
      let partition = try #require(
        LanePartition(shape: shape, granularity: .channel(axis: axis)))
      #expect(partition.count == shape[axis])
      for lane in 0..<partition.count {
        let expected = (0..<24).filter { [$0 / 12, $0 / 4 % 3, $0 % 4][axis] == lane }
        #expect(indices(partition[lane]) == expected)
      }
    }
  }

  @Test("groups run along the last axis and the last of a row may be short")
  func groups() throws {
    let partition = try #require(LanePartition(shape: [2, 5], granularity: .group(size: 2)))
    let found = (0..<partition.count).map { indices(partition[$0]) }
    #expect(found == [[0, 1], [2, 3], [4], [5, 6], [7, 8], [9]])
  }

  @Test("groups along another axis are in the order of their scales")
  func groupsAlongAxis() throws {
    let partition = try #require(
      LanePartition(shape: [2, 3, 2], granularity: .group(size: 2, axis: 1)))
    let found = (0..<partition.count).map { indices(partition[$0]) }
    // Scales of shape [2, 2, 2]: outer index, group, inner index.
    #expect(found == [[0, 2], [1, 3], [4], [5], [6, 8], [7, 9], [10], [11]])
    #expect(partition.rowLength == 1)
    let whole = try #require(
      LanePartition(shape: [2, 3, 2], granularity: .group(size: 3, axis: -2)))
    #expect((0..<whole.count).map { indices(whole[$0]) }[1] == [1, 3, 5])
  }

  @Test("blocks are in the order of their scales, and those at the end may be smaller")
  func blocks() throws {
    let partition = try #require(
      LanePartition(shape: [2, 3, 5], granularity: .block([.size(2), .size(3)])))
    #expect(partition.laneShape == [2, 2, 2])
    #expect(partition.rowLength == 3)
    let found = (0..<4).map { indices(partition[$0]) }
    #expect(found == [[0, 1, 2, 5, 6, 7], [3, 4, 8, 9], [10, 11, 12], [13, 14]])
    #expect(indices(partition[4]) == [15, 16, 17, 20, 21, 22])
    // Blocks as wide as the matrix are runs of whole rows.
    let rows = try #require(
      LanePartition(shape: [4, 3], granularity: .block([.size(2), .all])))
    #expect(rows[1].isOneRun && indices(rows[1]) == [6, 7, 8, 9, 10, 11])
    #expect(rows.laneShape == [2])
    let columns = try #require(
      LanePartition(shape: [2, 2, 4], granularity: .block([.all, .all, .size(2)])))
    #expect((0..<columns.count).map { indices(columns[$0]) }[1] == [2, 3, 6, 7, 10, 11, 14, 15])
    let boxes = try #require(
      LanePartition(
        shape: [3, 4, 4], granularity: .block([.size(2), .size(2), .size(2)])))
    #expect(indices(boxes[3]) == [10, 11, 14, 15, 26, 27, 30, 31])
    #expect(boxes.count == 8 && boxes[7].count == 4)
  }

  @Test("lanes of two shapes mean the same where the axes that are cut are as long")
  func sameLanes() throws {
    func same(_ granularity: Granularity, _ left: [Int], _ right: [Int]) throws -> Bool {
      try #require(LanePartition(shape: left, granularity: granularity)).hasLanes(
        of: try #require(LanePartition(shape: right, granularity: granularity)))
    }
    #expect(try same(.tensor, [2, 3], [4]))
    #expect(try same(.channel(axis: 1), [2, 3], [7, 3]))
    #expect(try !same(.channel(axis: 1), [2, 3], [2, 4]))
    #expect(try !same(.channel(axis: -1), [2, 3], [3]))
    #expect(try !same(.group(size: 4), [2, 3], [2, 4]))
    #expect(try same(.block([.size(2), .all]), [4, 3], [4, 8]))
    #expect(try !same(.block([.size(2), .all]), [4, 3], [5, 3]))
  }

  @Test("a group longer than its axis is remarked on")
  func remarks() throws {
    func remark(_ size: Int, _ axis: Int) throws -> String? {
      try #require(
        LanePartition(shape: [16, 8, 3, 3], granularity: .group(size: size, axis: axis))
      ).remark
    }
    #expect(
      try remark(9, -1)
        == "a group of 9 is longer than axis 3 of [16, 8, 3, 3]: each lane holds 3 values")
    #expect(try remark(3, -1) == nil && remark(8, 1) == nil && remark(9, 1) != nil)
    let block = try #require(
      LanePartition(shape: [4, 8], granularity: .block([.size(4), .size(9)])))
    #expect(
      block.remark
        == "a block of 9 is longer than axis 1 of [4, 8]: each lane holds 8 values along it")
  }

  @Test("a scalar is one lane, as a tensor or in groups, and has no channels")
  func scalar() throws {
    for granularity in [Granularity.tensor, .group(size: 8)] {
      let partition = try #require(LanePartition(shape: [], granularity: granularity))
      #expect(partition.count == 1)
      #expect(indices(partition[0]) == [0])
      #expect(partition.rowLength == 1)
    }
    #expect(LanePartition(shape: [], granularity: .channel(axis: 0)) == nil)
  }

  @Test("an axis that is not there has no channels")
  func missingAxis() {
    #expect(LanePartition(shape: [2, 3], granularity: .channel(axis: 2)) == nil)
    #expect(LanePartition(shape: [2, 3], granularity: .channel(axis: -3)) == nil)
    #expect(LanePartition(shape: [2, 3], granularity: .group(size: 1, axis: 2)) == nil)
    #expect(LanePartition(shape: [], granularity: .group(size: 1, axis: 0)) != nil)
    #expect(LanePartition(shape: [4], granularity: .block([.size(1), .size(4)])) == nil)
    #expect(Granularity.block([.size(1), .size(4)]).missingAxis(in: [4]) == -2)
  }

  @Test("a tensor without elements has no groups and no channels along its empty axis")
  func empty() throws {
    let groups = try #require(LanePartition(shape: [3, 0], granularity: .group(size: 4)))
    #expect(groups.count == 0)
    let channels = try #require(LanePartition(shape: [0, 3], granularity: .channel(axis: 0)))
    #expect(channels.count == 0)
    let whole = try #require(LanePartition(shape: [0, 3], granularity: .tensor))
    #expect(whole[0].count == 0)
  }

  @Test("rows of a lane are its share of the last axis")
  func rows() throws {
    func rowLength(_ granularity: Granularity) throws -> Int {
      try #require(LanePartition(shape: [2, 3, 10], granularity: granularity)).rowLength
    }
    #expect(try rowLength(.tensor) == 10)
    #expect(try rowLength(.channel(axis: 0)) == 10)
    #expect(try rowLength(.channel(axis: 2)) == 1)
    #expect(try rowLength(.group(size: 4)) == 4)
    #expect(try rowLength(.group(size: 64)) == 10)
  }
}
