import IntegerLayers
import QuantizationCore
import Testing
import _TestSupport

/// Convolutions: by hand, and the fast path against the reference on every instruction set.
@Suite struct ConvolutionTests {
  /// A convolution of awkward sizes.
  struct Case: Sendable, CustomTestStringConvertible {
    var batch = 1
    var channels = 1
    var rows = 5
    var columns = 7
    var outputs = 1
    var kernel = (3, 3)
    var groups = 1
    var strides = (1, 1)
    var dilations = (1, 1)
    var padding = [0, 0, 0, 0]

    var shape: ConvolutionShape {
      get throws {
        try ConvolutionShape(
          "case", channels: channels, rows: rows, columns: columns, outputs: outputs,
          kernel: kernel, groups: groups, strides: strides, dilations: dilations, padding: padding)
      }
    }

    var testDescription: String {
      "\(batch)x\(channels)x\(rows)x\(columns) to \(outputs), \(kernel) g\(groups) s\(strides) "
        + "d\(dilations) p\(padding)"
    }
  }

  static let cases = [
    Case(),
    Case(batch: 2, channels: 3, rows: 9, columns: 11, outputs: 17, padding: [1, 1, 1, 1]),
    Case(channels: 4, outputs: 6, groups: 2, strides: (2, 1), padding: [0, 2, 1, 0]),
    Case(batch: 2, channels: 5, outputs: 5, groups: 5, padding: [1, 1, 1, 1]),
    // Two outputs for each channel, with strides.
    Case(channels: 3, rows: 8, outputs: 6, kernel: (2, 3), groups: 3, strides: (2, 2)),
    Case(
      channels: 2, rows: 10, columns: 12, outputs: 3, dilations: (2, 3), padding: [2, 3, 2, 3]),
    Case(
      channels: 4, rows: 10, columns: 12, outputs: 4, groups: 4, dilations: (3, 2),
      padding: [3, 0, 1, 5]),
    Case(channels: 33, rows: 6, columns: 6, outputs: 18, kernel: (1, 1)),
    Case(channels: 2, rows: 1, columns: 9, outputs: 4, kernel: (1, 5), padding: [0, 2, 0, 2]),
    Case(channels: 2, rows: 40, columns: 45, outputs: 3, kernel: (5, 5), strides: (3, 2)),
  ]

  @Test(arguments: cases, [(false, true), (true, true), (false, false)])
  func `every instruction set equals the reference`(
    one: Case, signs: (x: Bool, w: Bool)
  ) throws {
    let shape = try one.shape
    var numbers = SplitMix(seed: UInt64(one.channels * 7 + one.outputs))
    let x = Samples.codes(
      one.batch * one.channels * one.rows * one.columns, isSigned: signs.x, &numbers)
    let w = Samples.codes(shape.outputs * shape.products, isSigned: signs.w, &numbers)
    let zero = Samples.codes(1, isSigned: signs.x, &numbers)[0]
    let bias = (0..<one.outputs).map { _ in Int.random(in: -9999...9999, using: &numbers) }
    let quantizer = Samples.quantizer(1, zero, isSigned: signs.x)
    for zeros in [[signs.w ? 0 : 128], Samples.codes(one.outputs, isSigned: signs.w, &numbers)] {
      let wanted = try ReferenceLayers.convolution(
        x, w, shape, batch: one.batch, inputZeroPoint: zero, weightZeroPoints: zeros, bias: bias)
      let layer = try IntegerConvolution(
        "fast", shape, codes: w, isSigned: signs.w, zeroPoints: zeros, scales: [1], bias: bias,
        input: quantizer)
      for path in IntegerPath.available {
        let found = try layer.accumulate(
          Samples.stored(x, isSigned: signs.x).span, path: path)
        #expect(found.values == wanted, "\(path)")
        #expect(found.range == Int(min(0, wanted.min()!))...Int(max(0, wanted.max()!)))
      }
      #expect(layer.bound >= wanted.map { abs(Int($0)) }.max()!)
    }
  }

  @Test func `a window by hand, with padding that is real zero`() throws {
    let shape = try ConvolutionShape(
      "hand", channels: 1, rows: 2, columns: 2, outputs: 1, kernel: (2, 2),
      padding: [1, 1, 0, 0])
    let layer = try IntegerConvolution(
      "hand", shape, codes: [1, 2, 3, 4], isSigned: true, zeroPoints: [0], scales: [1],
      input: Samples.quantizer(1, 10, isSigned: false))
    // x - z = [[1, 2], [3, 4]]; the first window sees its last place only.
    let found = try layer.accumulate([11, 12, 13, 14].span)
    // 4; 3 + 8; 2 + 12; 1 + 4 + 9 + 16.
    #expect(found.values == [4, 11, 14, 30])
  }

  @Test func `an overflow in a depthwise convolution is an error`() throws {
    let shape = try ConvolutionShape(
      "deep", channels: 1, rows: 1, columns: 1, outputs: 1, kernel: (1, 1))
    let layer = try IntegerConvolution(
      "deep", shape, codes: [2], isSigned: true, zeroPoints: [0], scales: [1],
      bias: [Int(Int32.max) - 4], input: Samples.quantizer(1, 0, isSigned: false))
    #expect(try layer.accumulate([2].span).values == [Int32.max])
    #expect(throws: IntegerError.self) { try layer.accumulate([3].span) }
  }

  @Test func `sizes that do not go together are refused`() {
    for bad in [
      Case(kernel: (6, 1)), Case(groups: 2), Case(channels: 4, outputs: 3, groups: 2),
      Case(strides: (0, 1)), Case(padding: [-1, 0, 0, 0]), Case(kernel: (6, 1), strides: (2, 2)),
    ] {
      #expect(throws: IntegerError.self) { try bad.shape }
    }
  }
}
