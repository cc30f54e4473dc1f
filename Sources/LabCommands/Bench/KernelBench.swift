internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels

/// Measures kernels and a plain read of the same array in alternation.
struct KernelBench {
  let values: [Float]
  let clock: BenchClock

  /// One line for each kernel: nanoseconds per element and the ratio to reading.
  func table(path: KernelPath) throws -> String {
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
    ]
    let times = try clock.medians(kernels.map(\.1))
    precondition(sink.isFinite, "the results are used")
    let read = times[0]
    let lines = zip(kernels, times).map { kernel, time in
      String(
        format: "  %@ %6.3f ns/element %6.2f x reading",
        kernel.0.padding(toLength: 10, withPad: " ", startingAt: 0),
        time / Double(values.count) * 1e9, time / read)
    }
    return (["\(path)"] + lines).joined(separator: "\n")
  }
}
