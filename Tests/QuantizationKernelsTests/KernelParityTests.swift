import _TestSupport
import QuantizationCore
import QuantizationKernels
import Testing

/// Lengths on both sides of every vector, row, block and chunk boundary.
private let awkwardLengths = [
  0, 1, 2, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 513,
  1000, 65535, 65536, 65537,
]

@Suite struct KernelParityTests {
  @Test("every path measures the reference's bits", arguments: KernelPath.available)
  func measurement(path: KernelPath) {
    for parameters in samples {
      for length in awkwardLengths {
        let values = hostileValues(length, around: parameters)
        let expected = ReferenceKernels.measureError(of: values, with: parameters)
        let found = Kernels.measureError(of: values.span, with: parameters, path: path)
        #expect(found == expected, "\(path), \(length) values, \(parameters)")
      }
    }
  }

  @Test(
    "every path gives the reference's codes and reconstructions", arguments: KernelPath.available)
  func codes(path: KernelPath) {
    for parameters in samples {
      for length in awkwardLengths.prefix(26) {
        let values = hostileValues(length, around: parameters)
        let codes = ReferenceKernels.quantize(values, with: parameters)
        let restored = ReferenceKernels.dequantize(codes, with: parameters).map(\.bitPattern)
        switch CodeStorage(for: parameters.grid) {
        case .int8: check(Int8.self, path, values, parameters, codes, restored)
        case .uint8: check(UInt8.self, path, values, parameters, codes, restored)
        case .int16: check(Int16.self, path, values, parameters, codes, restored)
        case .uint16: check(UInt16.self, path, values, parameters, codes, restored)
        }
      }
    }
  }

  private func check<Code: FixedWidthInteger>(
    _: Code.Type, _ path: KernelPath, _ values: [Float], _ parameters: QuantizationParameters,
    _ codes: [Int], _ restored: [UInt32]
  ) {
    var found = [Code](repeating: 0, count: values.count)
    var target = found.mutableSpan
    Kernels.quantize(values.span, with: parameters, into: &target, path: path)
    #expect(found.map { Int($0) } == codes, "\(path), \(values.count) values, \(parameters)")
    var back = [Float](repeating: .nan, count: values.count)
    var span = back.mutableSpan
    Kernels.dequantize(found.span, with: parameters, into: &span, path: path)
    #expect(back.map(\.bitPattern) == restored, "\(path), \(values.count) values, \(parameters)")
  }

  @Test(
    "every path gives the reference's codes, values and sums of levels that are not integers",
    arguments: KernelPath.available)
  func levels(path: KernelPath) throws {
    let named = Minifloat.all.map(\.table) + Codebook.all.map(\.table)
    let tables = named + [try #require(.levels([0, 3, -0.5]))]
    for table in tables {
      for scale in [0.37, 1e-30, 1e30 / table.highest] {
        let parameters = QuantizationParameters(scale: scale, grid: CodeGrid(table))
        for length in awkwardLengths.prefix(26) {
          let values = hostileValues(length, around: parameters)
          let sums = Kernels.measureError(of: values.span, with: parameters, path: path)
          #expect(sums == ReferenceKernels.measureError(of: values, with: parameters))
          let codes = ReferenceKernels.quantize(values, with: parameters)
          let restored = ReferenceKernels.dequantize(codes, with: parameters).map(\.bitPattern)
          check(UInt8.self, path, values, parameters, codes, restored)
        }
      }
    }
  }

  @Test("every path finds the reference's extrema, zeros as +0", arguments: KernelPath.available)
  func extrema(path: KernelPath) {
    for length in awkwardLengths where length > 0 {
      let values = hostileValues(length, around: samples[0])
      let found = Kernels.extrema(of: values.span, path: path)
      #expect(found == ReferenceKernels.extrema(of: values), "\(path), \(length)")
    }
    for zeros in [[Float(0), -0.0], [-0.0, 0], [-0.0]] {
      let found = Kernels.extrema(of: zeros.span, path: path)
      #expect(found.minimum.sign == .plus && found.maximum.sign == .plus)
    }
  }

  @Test("every path counts the reference's histogram", arguments: KernelPath.available)
  func histogram(path: KernelPath) {
    for length in awkwardLengths {
      let values = hostileValues(length, around: samples[1]).filter { abs($0) < 1e9 }
      for absolute in [false, true] {
        for bins in [1, 7, 2048] {
          var counts = [UInt64](repeating: 0, count: bins)
          Kernels.countHistogram(
            of: values.span, absolute: absolute, lower: absolute ? 0 : -3, upper: 5, into: &counts,
            path: path)
          let expected = ReferenceKernels.histogram(
            of: values, absolute: absolute, lower: absolute ? 0 : -3, upper: 5, bins: bins)
          #expect(counts == expected, "\(path), \(length), \(bins) bins")
        }
      }
    }
  }

  @Test("every path counts NaN and infinities and nothing else", arguments: KernelPath.available)
  func nonFinite(path: KernelPath) {
    var values = [Float](repeating: .greatestFiniteMagnitude, count: 1000)
    values[0] = .nan
    values[17] = .infinity
    values[999] = -.infinity
    #expect(Kernels.nonFiniteCount(in: values.span, path: path) == 3)
  }

  @Test("sums do not depend on how a stream is cut into whole chunks")
  func chunks() {
    let values = hostileValues(3 * Kernels.chunk + 77, around: samples[2])
    var streamed = ErrorSums()
    for start in stride(from: 0, to: values.count, by: 2 * Kernels.chunk) {
      let end = min(start + 2 * Kernels.chunk, values.count)
      streamed.merge(
        Kernels.measureError(of: values.span.extracting(start..<end), with: samples[2]))
    }
    let whole = Kernels.measureError(of: values.span, with: samples[2])
    #expect(streamed.squaredError == whole.squaredError && streamed.signal == whole.signal)
  }

  @Test("squares in Float blocks stay within 1e-6 of a Double reference")
  func accuracy() {
    for parameters in samples {
      let values = hostileValues(100_000, around: parameters)
      var exact = 0.0
      for value in values {
        let error = Double(value) - Double(parameters.reconstruction(of: value))
        exact += error * error
      }
      let found = Kernels.measureError(of: values.span, with: parameters).squaredError
      #expect(abs(found - exact) <= 1e-6 * exact, "\(parameters)")
    }
  }
}

/// Quantizers of every storage, at ordinary, tiny and huge scales, with extreme zero points.
private let samples: [QuantizationParameters] = {
  var samples: [QuantizationParameters] = []
  for bits in [8, 2, 4, 9, 16].compactMap(BitWidth.init) {
    for family in GridFamily.integers {
      let grid = CodeGrid(family, bits: bits)
      for zero in [grid.minimumCode, (grid.minimumCode + grid.maximumCode) / 3, grid.maximumCode] {
        samples.append(QuantizationParameters(scale: 0.037, zeroPoint: zero, grid: grid))
      }
      samples.append(QuantizationParameters(scale: 1e-38, zeroPoint: 1, grid: grid))
      samples.append(QuantizationParameters(scale: 3e30, zeroPoint: 1, grid: grid))
    }
  }
  return samples
}()

/// Seeded values that meet every branch: inside, ties, both ends, far outside, zeros, subnormals.
private func hostileValues(_ count: Int, around parameters: QuantizationParameters) -> [Float] {
  var random = LinearCongruence(seed: 0x9e37_79b9_7f4a_7c15 &+ UInt64(count))
  func next() -> Double { random.unit() }
  let codes = parameters.grid.codes
  return (0..<count).map { _ in
    let steps = Double(codes.lowerBound - parameters.zeroPoint) * 1.3
    let width = Double(codes.upperBound - codes.lowerBound) * 1.6
    let inside = Float(Double(parameters.scale) * (steps + width * next()))
    switch Int(next() * 16) {
    case 0: return parameters.value(of: codes.lowerBound + Int(next() * Double(codes.count)))
    case 1: return Float((Double(Int(next() * 9)) + 0.5) * Double(parameters.scale))
    case 2: return next() < 0.5 ? 0 : -0.0
    case 3: return Float.leastNonzeroMagnitude * Float(Int(next() * 1000))
    case 4: return Float(parameters.upper).nextUp
    case 5: return Float(parameters.lower)
    case 6: return inside * (next() < 0.1 ? 1e6 : 1)
    default: return inside
    }
  }.map { $0.isFinite ? $0 : Float.greatestFiniteMagnitude }
}
