internal import ArgumentParser
internal import Foundation
internal import NetworkRuntime
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation

/// `rangelab bench`: measures the cost of kernels, statistics, the oracle and estimators, as
/// ratios.
struct BenchCommand: RegistryCommand {
  enum Benchmark: String, CaseIterable, ExpressibleByArgument {
    case kernels, oracle, groups, estimators, growth, checkpoint, integers
  }

  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure kernels, the oracle and estimators as ratios in one run.",
    discussion: """
      The median of several rounds; in each round everything in a table and what it is compared \
      with take turns, so that a busy machine slows both sides of a ratio. All but checkpoint runs on \
      one thread.

      kernels     each loop next to reading the memory once
      oracle      the pass of moments next to min-max, and the optimum of 2 to 8 bits after it
      groups      the certified optimum of each group of 128, next to 100 clip values
      estimators  statistic and decisions of every estimator on 65,536 values
      growth      nanoseconds a value from 10^4 values on, and the line they lie on
      checkpoint  the minutes that 7 billion weights in groups of 128 take on --jobs threads
      integers    an integer linear layer of 512 x 512 x 512 next to ONNX Runtime's MatMulInteger
      """)

  @Option(help: "Float32 values in the array.") var elements: Int = 1 << 24
  @Option(help: "Rounds.") var rounds: Int = 15
  @Option(help: "Which part; all of them if not given.") var only: Benchmark?
  @OptionGroup var jobs: JobOptions

  func validate() throws {
    guard (128...(1 << 30)).contains(elements) else {
      throw ValidationError("--elements cannot be \(elements); expected 128 to \(1 << 30).")
    }
    guard rounds >= 1 else { throw ValidationError("--rounds cannot be \(rounds).") }
  }

  func run(with registry: EstimatorRegistry) throws {
    let values = Self.bellShaped(elements)
    let clock = BenchClock(rounds: rounds)
    print("\(elements) float32 values, median of \(rounds) rounds")
    for benchmark in Benchmark.allCases where only == nil || only == benchmark {
      switch benchmark {
      case .integers:
        // Without ONNX Runtime there is nothing to compare with.
        if only == nil, (try? RuntimeLibrary.open()) == nil { continue }
        try reportingFailure {
          print(try IntegerBench(clock: clock, library: RuntimeLibrary.open()).table())
        }
      case .kernels:
        for path in KernelPath.available {
          print(try KernelBench(values: values, clock: clock).table(path: path))
        }
      case .oracle: print(try OracleBench(values: values, clock: clock).table())
      case .groups:
        if let bench = GroupBench(values: values, clock: clock) { print(try bench.table()) }
      case .estimators: print(try EstimatorBench(registry, values: values, clock: clock).table())
      case .growth: print(try GrowthBench(values: values, clock: clock).table())
      case .checkpoint:
        let bench = CheckpointBench(values: values, clock: clock, workers: jobs.workers)
        if let bench { print(try bench.table()) }
      }
    }
  }

  /// Bell-shaped values without the cost of a generator: sums of four uniform 16-bit fields.
  private static func bellShaped(_ count: Int) -> [Float] {
    var state: UInt64 = 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let mixed = (state ^ (state >> 29)) &* 0xbf58_476d_1ce4_e5b9
      let sum = (0..<4).reduce(0) { $0 + Int(mixed >> (16 * $1) & 0xffff) }
      return Float(sum - 131_070) / 37_837
    }
  }
}
