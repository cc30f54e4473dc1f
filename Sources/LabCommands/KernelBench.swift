internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels

/// Times kernels and a plain read of the same array in alternation.
struct KernelBench {
  let values: [Float]
  private let rounds: Int

  init(elements: Int, rounds: Int) {
    // Bell-shaped without a generator's cost: the sum of four uniform 16-bit fields.
    var state: UInt64 = 1
    values = (0..<elements).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let mixed = (state ^ (state >> 29)) &* 0xbf58_476d_1ce4_e5b9
      let sum = (0..<4).reduce(0) { $0 + Int(mixed >> (16 * $1) & 0xffff) }
      return Float(sum - 131_070) / 37_837
    }
    self.rounds = rounds
  }

  /// One line for each kernel: nanoseconds an element and the ratio to reading.
  func table(path: KernelPath) -> String {
    guard let bits = BitWidth(8) else { return "" }
    let parameters = QuantizationParameters(
      covering: ClippingRange(magnitude: 3), on: CodeGrid(.symmetricNarrow, bits: bits))
    var codes = [Int8](repeating: 0, count: values.count)
    var sink: Double = 0
    let kernels: [(String, () -> Void)] = [
      ("read", { sink += Double(Kernels.sum(of: values.span, path: path)) }),
      ("extrema", { sink += Double(Kernels.extrema(of: values.span, path: path).maximum) }),
      (
        "quantize",
        {
          var target = codes.mutableSpan
          Kernels.quantize(values.span, with: parameters, into: &target, path: path)
        }
      ),
      (
        "error",
        {
          sink += Kernels.measureError(of: values.span, with: parameters, path: path).squaredError
        }
      ),
      (
        "moments",
        {
          var table = MomentTable()
          table.add(values.span)
          sink += table.bins(belowZero: false).first?.mean ?? 0
        }
      ),
    ]
    var times = [[Double]](repeating: [], count: kernels.count)
    for _ in 0..<rounds {
      for (index, kernel) in kernels.enumerated() { times[index].append(seconds(kernel.1)) }
    }
    precondition(sink.isFinite, "the results are used")
    let read = median(times[0])
    let lines = zip(kernels, times).map { kernel, times in
      let time = median(times)
      return String(
        format: "  %@ %6.3f ns/element %6.2f x reading",
        kernel.0.padding(toLength: 10, withPad: " ", startingAt: 0),
        time / Double(values.count) * 1e9, time / read)
    }
    return (["\(path)"] + lines).joined(separator: "\n")
  }

  private func seconds(_ body: () -> Void) -> Double {
    ContinuousClock().measure(body) / .seconds(1)
  }

  private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
