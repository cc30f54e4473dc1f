internal import Foundation

/// Measures median times of several bodies in alternation, so that a busy machine slows both sides
/// of a ratio.
struct BenchClock {
  let rounds: Int

  /// Runs all bodies once a round and returns the median seconds of each.
  func medians(_ bodies: [() throws -> Void]) throws -> [Double] {
    var times = [[Double]](repeating: [], count: bodies.count)
    for _ in 0..<rounds {
      for (index, body) in bodies.enumerated() { times[index].append(try seconds(body)) }
    }
    return times.map { $0.sorted()[$0.count / 2] }
  }

  /// The seconds of one run.
  func seconds(_ body: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(body) / .seconds(1)
  }
}
