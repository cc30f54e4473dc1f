internal import QuantizationCore

extension LanePartition {
  /// The smallest value of each lane, then the largest of each lane.
  ///
  /// Complexity: O(values).
  func ends(of values: [Float]) -> [Float] {
    var least = [Float](repeating: .infinity, count: count)
    var most = [Float](repeating: -.infinity, count: count)
    for index in 0..<count {
      let lane = self[index]
      lane.forEachRun { start in
        for place in start..<start + lane.runLength {
          least[index] = min(least[index], values[place])
          most[index] = max(most[index], values[place])
        }
      }
    }
    return least + most
  }
}
