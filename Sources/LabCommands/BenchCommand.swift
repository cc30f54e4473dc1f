internal import ArgumentParser
internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels

/// `rangelab bench`: what the kernels cost next to reading the memory.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure the kernels, one thread, as ratios to reading the same memory once.",
    discussion: """
      The median of several rounds; in each round every kernel and the plain read take turns, so \
      that a busy machine slows both sides of a ratio.
      """)

  @Option(help: "Float32 values in the array.") var elements: Int = 1 << 24
  @Option(help: "Rounds.") var rounds: Int = 15

  func validate() throws {
    guard (1...(1 << 30)).contains(elements) else {
      throw ValidationError("--elements cannot be \(elements); expected 1 to \(1 << 30).")
    }
    guard rounds >= 1 else { throw ValidationError("--rounds cannot be \(rounds).") }
  }

  func run() throws {
    let bench = KernelBench(elements: elements, rounds: rounds)
    print("\(elements) float32 values, median of \(rounds) rounds, one thread")
    for path in KernelPath.available { print(bench.table(path: path)) }
    let clock = BenchClock(rounds: min(rounds, 5))
    if let groups = GroupBench(values: bench.values, clock: clock) { print(try groups.table()) }
  }
}
