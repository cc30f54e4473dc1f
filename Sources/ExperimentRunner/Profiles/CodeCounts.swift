internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels

/// The number of values that a quantizer maps to each of its codes.
struct CodeCounts {
  private let parameters: QuantizationParameters
  private var counts: [Int]

  /// Creates counts of zero.
  init(_ parameters: QuantizationParameters) {
    self.parameters = parameters
    counts = [Int](repeating: 0, count: parameters.grid.codes.count)
  }

  /// Quantizes a chunk and counts its codes.
  mutating func add(_ values: Span<Float>) {
    switch CodeStorage(for: parameters.grid) {
    case .int8: add(values, as: Int8.self)
    case .uint8: add(values, as: UInt8.self)
    case .int16: add(values, as: Int16.self)
    case .uint16: add(values, as: UInt16.self)
    }
  }

  private mutating func add<Code: FixedWidthInteger>(_ values: Span<Float>, as type: Code.Type) {
    let least = parameters.grid.minimumCode
    withUnsafeTemporaryAllocation(of: Code.self, capacity: values.count) { codes in
      codes.initialize(repeating: 0)
      var target = codes.mutableSpan
      Kernels.quantize(values, with: parameters, into: &target)
      for code in codes { counts[Int(code) - least] += 1 }
    }
  }

  /// The number of codes that occur.
  var used: Int { counts.count { $0 > 0 } }

  /// Two to the power of the entropy: the number of equally frequent codes with the same
  /// information.
  var effective: Double {
    let total = Double(counts.reduce(0, +))
    let entropy = counts.reduce(0.0) { entropy, count in
      guard count > 0 else { return entropy }
      let share = Double(count) / total
      return entropy - share * log2(share)
    }
    return exp2(entropy)
  }
}
