import Foundation
import QuantizationCore
import QuantizationKernels
import Testing

/// Every kernel on arrays that begin or end at a page which must not be touched: reading or writing one
/// element too many ends the process.
///
/// The results are those of the same values with room around them.
@Suite struct PageEndTests {
  /// Values with room around them, and the same between two pages.
  private struct Case {
    let plain: [Float]
    let pages: GuardedPages
    let place: GuardedPages.Place

    init(_ count: Int, at place: GuardedPages.Place) {
      plain = (0..<count).map { Float(sin(Double($0 * $0 + 1))) * ($0 % 7 == 0 ? 40 : 1) }
      pages = GuardedPages(bytes: count * MemoryLayout<Float>.stride)
      self.place = place
    }

    var guarded: UnsafeBufferPointer<Float> { pages.copy(plain, at: place) }

    /// Room for as many other values between two pages.
    func room<Value>(of type: Value.Type) -> (GuardedPages, UnsafeMutableBufferPointer<Value>) {
      let pages = GuardedPages(bytes: plain.count * MemoryLayout<Value>.stride)
      return (pages, pages.room(for: plain.count, of: type, at: place))
    }
  }

  private let cases: [Case] = {
    let lengths = Array(0...70) + [127, 128, 129, 255, 256, 257, 4095, 4096, 4097, 65_537]
    return GuardedPages.Place.allCases.flatMap { place in lengths.map { Case($0, at: place) } }
  }()

  private static let quantizers: [QuantizationParameters] = {
    var found: [QuantizationParameters] = []
    for family in [GridFamily.symmetricNarrow, .affineUnsigned] {
      for bits in [3, 8, 12].compactMap(BitWidth.init) {
        // Squares of errors of the second leave the range of ordinary Floats.
        for scale in [0.03, 1e-30] {
          found.append(
            QuantizationParameters(scale: scale, zeroPoint: 1, grid: CodeGrid(family, bits: bits)))
        }
      }
    }
    return found
  }()

  @Test("sums, extrema, counts and histograms", arguments: KernelPath.available)
  func summaries(path: KernelPath) {
    for item in cases {
      let (plain, guarded) = (item.plain, item.guarded)
      #expect(
        Kernels.sum(of: guarded.span, path: path) == Kernels.sum(of: plain.span, path: path))
      #expect(Kernels.nonFiniteCount(in: guarded.span, path: path) == 0)
      var (found, wanted) = ([UInt64](repeating: 0, count: 9), [UInt64](repeating: 0, count: 9))
      Kernels.countHistogram(
        of: guarded.span, absolute: false, lower: -2, upper: 3, into: &found, path: path)
      Kernels.countHistogram(
        of: plain.span, absolute: false, lower: -2, upper: 3, into: &wanted, path: path)
      #expect(found == wanted)
      guard !plain.isEmpty else { continue }
      let extrema = Kernels.extrema(of: guarded.span, path: path)
      #expect(extrema == Kernels.extrema(of: plain.span, path: path))
    }
  }

  @Test("errors and moments", arguments: KernelPath.available)
  func errors(path: KernelPath) {
    for item in cases {
      let guarded = item.guarded
      for parameters in Self.quantizers {
        let found = Kernels.measureError(of: guarded.span, with: parameters, path: path)
        #expect(found == Kernels.measureError(of: item.plain.span, with: parameters, path: path))
      }
      guard item.plain.count < 600 else { continue }
      var (found, wanted) = (MomentTable(), MomentTable())
      found.add(guarded.span, path: path)
      wanted.add(item.plain.span, path: path)
      #expect(found == wanted)
    }
  }

  @Test("codes, there and back", arguments: KernelPath.available)
  func codes(path: KernelPath) {
    for parameters in Self.quantizers {
      switch CodeStorage(for: parameters.grid) {
      case .int8: check(Int8.self, parameters, path)
      case .uint8: check(UInt8.self, parameters, path)
      case .int16: check(Int16.self, parameters, path)
      case .uint16: check(UInt16.self, parameters, path)
      }
    }
  }

  private func check<Code: FixedWidthInteger>(
    _ type: Code.Type, _ parameters: QuantizationParameters, _ path: KernelPath
  ) {
    for item in cases {
      let guarded = item.guarded
      let (pages, room) = item.room(of: type)
      var codes = room.mutableSpan
      Kernels.quantize(guarded.span, with: parameters, into: &codes, path: path)
      let wanted = ReferenceKernels.quantize(item.plain, with: parameters)
      #expect(room.map { Int($0) } == wanted)
      var back = UnsafeMutableBufferPointer(mutating: guarded).mutableSpan
      Kernels.dequantize(UnsafeBufferPointer(room).span, with: parameters, into: &back, path: path)
      #expect(Array(guarded) == ReferenceKernels.dequantize(wanted, with: parameters))
      withExtendedLifetime(pages) {}
    }
  }

  @Test("sums at a scale, of widened values and of powers", arguments: KernelPath.available)
  func scaleSums(path: KernelPath) {
    for item in cases {
      let guarded = item.guarded
      let (pages, room) = item.room(of: Double.self)
      var wide = room.mutableSpan
      _ = Kernels.widen(guarded.span, into: &wide, path: path)
      let doubles = item.plain.map { Double($0) }
      #expect(Array(room) == doubles)
      let found = Kernels.scaleSums(
        of: UnsafeBufferPointer(room).span, scale: 0.1, codes: -7...7, path: path)
      #expect(
        found == Kernels.scaleSums(of: doubles.span, scale: 0.1, codes: -7...7, path: path))
      let powers = Kernels.powerSums(
        of: guarded.span, unit: 64, scale: 0.01, codes: -7...7, power: 3, path: path)
      #expect(
        powers
          == Kernels.powerSums(
            of: item.plain.span, unit: 64, scale: 0.01, codes: -7...7, power: 3, path: path))
      withExtendedLifetime(pages) {}
    }
  }
}
