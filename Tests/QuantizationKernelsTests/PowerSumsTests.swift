import Foundation
import QuantizationKernels
import Testing

/// Powers of errors against the mathematics library.
@Suite struct PowerSumsTests {
  private static let lengths = [0, 1, 7, 15, 16, 17, 33, 1000]

  private func values(_ count: Int) -> [Float] {
    // Magnitudes from 2^-40 to 1 on both sides, a zero and the unit itself among them.
    (0..<count).map { index in
      switch index % 9 {
      case 4: 0
      case 7: -1
      default:
        Float(sin(Double(index + 1)) * exp2(-Double(index * 7 % 41)))
      }
    }
  }

  @Test("sums of powers are those of pow", arguments: [0.5, 1, 2, 2.4, 3, 4, 8], lengths)
  func powers(power: Double, length: Int) {
    let values = values(length)
    for (scale, codes) in [(0.03, -7...7), (0.4, -2...1), (0.002, 0...255), (1e-9, -7...7)] {
      let found = Kernels.powerSums(
        of: values.span, unit: 4, scale: scale, codes: codes, power: power)
      var (cost, square, beyond) = (0.0, 0.0, 0.0)
      for value in values.map({ Double($0) / 4 }) {
        let clamped = min(max(value / scale, Double(codes.lowerBound)), Double(codes.upperBound))
        let code = clamped.rounded(.toNearestOrEven)
        let error = abs(value - code * scale)
        cost += pow(error, power)
        square += code * code
        if clamped != value / scale { beyond += code * code * pow(error, power - 2) }
      }
      // 1e-10 of a term is promised; no sum has a term that cancels another.
      #expect(abs(found.cost - cost) <= 1e-10 * cost, "\(scale)")
      #expect(found.square == square)
      #expect(abs(found.beyond - beyond) <= 1e-10 * beyond, "\(scale)")
    }
  }

  @Test("every path has the same bits", arguments: KernelPath.available, lengths)
  func paths(path: KernelPath, length: Int) {
    let values = values(length)
    for power in [0.5, 2.4, 5] {
      let sums = KernelPath.available.prefix(1).map {
        Kernels.powerSums(
          of: values.span, unit: 1, scale: 0.03, codes: -7...7, power: power, path: $0)
      }
      #expect(
        sums == [
          Kernels.powerSums(
            of: values.span, unit: 1, scale: 0.03, codes: -7...7, power: power, path: path)
        ])
    }
  }

  @Test("zeros behind the values change no bit", arguments: [1, 2, 4, 5, 20, 25, 63, 65, 129])
  func padding(length: Int) {
    let values = values(length)
    let padded = values + [Float](repeating: 0, count: (16 - length % 16) % 16)
    for power in [0.5, 2.4, 5] {
      for (scale, codes) in [(0.03, -7...7), (0.4, -2...1), (0.002, 0...255)] {
        let sums = [values, padded].map {
          Kernels.powerSums(of: $0.span, unit: 1, scale: scale, codes: codes, power: power)
        }
        #expect(sums[0] == sums[1], "power \(power), scale \(scale)")
      }
    }
  }

  @Test("long runs of zeros change no bit", arguments: KernelPath.available, [16, 48])
  func zeros(path: KernelPath, place: Int) {
    let values = values(100)
    let zeros = (0..<64).map { $0 % 2 == 0 ? Float(0) : -0 }
    let longer = values.prefix(place) + zeros + values.suffix(from: place)
    for power in [0.5, 2.4, 5] {
      let sums = [values, Array(longer)].map {
        Kernels.powerSums(
          of: $0.span, unit: 1, scale: 0.03, codes: -7...7, power: power, path: path)
      }
      #expect(sums[0] == sums[1], "power \(power)")
    }
  }

  @Test("a value counts as often as its weight says", arguments: KernelPath.available, lengths)
  func weights(path: KernelPath, length: Int) {
    let values = values(length)
    let weights = values.indices.map { Double($0 * 5 % 4) }
    let repeated = zip(values, weights).flatMap { [Float](repeating: $0, count: Int($1)) }
    for (power, scale, codes) in [(0.5, 0.03, -7...7), (2.4, 0.4, -2...1), (5, 0.002, 0...255)] {
      func sums(_ path: KernelPath) -> PowerSums {
        Kernels.powerSums(
          of: values.map(Double.init).span, weights: weights.span, scale: scale, codes: codes,
          power: power, path: path)
      }
      let found = sums(path)
      let plain = Kernels.powerSums(
        of: repeated.span, unit: 1, scale: scale, codes: codes, power: power)
      #expect(found == sums(KernelPath.available[0]))
      // The order of the additions differs.
      #expect(abs(found.cost - plain.cost) <= 1e-13 * plain.cost)
      #expect(abs(found.beyond - plain.beyond) <= 1e-13 * plain.beyond)
      #expect(found.square == plain.square)
    }
  }
}
