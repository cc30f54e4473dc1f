import IntegerLayers
import QuantizationCore
import Testing
import _TestSupport

/// Linear layers: by hand, and the fast path against the reference on every instruction set.
@Suite struct LinearTests {
  @Test func `a layer by hand`() throws {
    // x = [1, -2] with s_x = 0.5 and z_x = 10; w = [[3, 1], [-1, 2]] with s_w = 1, z_w = 0 and -2.
    let weights = try IntegerWeights(
      "hand", codes: [3, 1, -3, 0], rows: 2, columns: 2, isSigned: true, zeroPoints: [0, -2],
      scales: [1])
    let layer = try IntegerLinear(
      "hand", weights: weights, bias: [5, -7],
      input: Samples.quantizer(0.5, 10, isSigned: false))
    let found = try layer.accumulate([12, 6].span)
    // 2 * 3 - 4 * 1 + 5, and 2 * -1 - 4 * 2 - 7.
    #expect(found.values == [7, -17])
    #expect(found.range == -17...7)
    // (255 - 10) times 3 + 1, and 5; times 1 + 2, and 7.
    #expect(layer.bound == 245 * 4 + 5)
    #expect(
      try ReferenceLayers.linear(
        [12, 6], [3, 1, -3, 0], columns: 2, inputZeroPoint: 10, weightZeroPoints: [0, -2],
        bias: [5, -7]) == [7, -17])
  }

  /// Rows, columns and outputs around the sizes of vectors, panels and tiles.
  static let shapes = [
    (1, 1, 1), (2, 3, 5), (1, 64, 16), (3, 63, 15), (5, 65, 17), (16, 64, 32), (17, 129, 33),
    (31, 7, 48), (32, 128, 31), (33, 200, 1), (47, 256, 64), (64, 1, 40), (130, 30, 100),
  ]

  @Test(arguments: shapes, [(false, true), (true, true), (false, false), (true, false)])
  func `every instruction set equals the reference`(
    shape: (Int, Int, Int), signs: (x: Bool, w: Bool)
  ) throws {
    let (rows, columns, outputs) = shape
    var numbers = SplitMix(seed: UInt64(rows * 31 + columns))
    let x = Samples.codes(rows * columns, isSigned: signs.x, &numbers)
    let w = Samples.codes(outputs * columns, isSigned: signs.w, &numbers)
    let zero = Samples.codes(1, isSigned: signs.x, &numbers)[0]
    let bias = (0..<outputs).map { _ in Int.random(in: -100_000...100_000, using: &numbers) }
    for zeros in [
      [signs.w ? 0 : 128], Samples.codes(outputs, isSigned: signs.w, &numbers),
    ] {
      let wanted = try ReferenceLayers.linear(
        x, w, columns: columns, inputZeroPoint: zero, weightZeroPoints: zeros, bias: bias)
      let weights = try IntegerWeights(
        "fast", codes: w, rows: outputs, columns: columns, isSigned: signs.w, zeroPoints: zeros,
        scales: [1])
      let layer = try IntegerLinear(
        "fast", weights: weights, bias: bias,
        input: Samples.quantizer(1, zero, isSigned: signs.x))
      for path in IntegerPath.available {
        let found = try layer.accumulate(
          Samples.stored(x, isSigned: signs.x).span, path: path)
        #expect(found.values == wanted, "\(path)")
        #expect(found.range == Int(min(0, wanted.min()!))...Int(max(0, wanted.max()!)))
      }
      #expect(layer.bound >= wanted.map { abs(Int($0)) }.max()!)
    }
  }

  @Test func `the extreme codes do not saturate`() throws {
    // Pairs of 255 * -128, at which vpmaddubsw would stop at -32768.
    let weights = try IntegerWeights(
      "extreme", codes: [Int](repeating: -128, count: 300), rows: 1, columns: 300, isSigned: true,
      zeroPoints: [0], scales: [1])
    let layer = try IntegerLinear(
      "extreme", weights: weights, input: Samples.quantizer(1, 0, isSigned: false))
    for path in IntegerPath.available {
      let found = try layer.accumulate([UInt8](repeating: 255, count: 300).span, path: path)
      #expect(found.values == [-9_792_000], "\(path)")
    }
    #expect(layer.bound == 9_792_000)
  }

  @Test func `an accumulator beyond 32 bits is an error and one at its end is not`() throws {
    func layer(bias: Int) throws -> IntegerLinear {
      try IntegerLinear(
        "dense",
        weights: IntegerWeights(
          "dense", codes: [127, -128], rows: 1, columns: 2, isSigned: true, zeroPoints: [0],
          scales: [1]), bias: [bias], input: Samples.quantizer(1, 0, isSigned: false))
    }
    let most = Int(Int32.max)
    #expect(try layer(bias: most - 127).accumulate([1, 0].span).values == [Int32.max])
    #expect(throws: IntegerError.self) { try layer(bias: most - 126).accumulate([1, 0].span) }
    // The same layer is right where the codes are small.
    #expect(try layer(bias: most - 126).accumulate([0, 1].span).values == [Int32.max - 254])
    #expect(throws: IntegerError.self) {
      try ReferenceLayers.linear(
        [1, 0], [127, -128], columns: 2, inputZeroPoint: 0, weightZeroPoints: [0],
        bias: [most - 126])
    }
    do {
      _ = try layer(bias: most).accumulate([1, 0].span)
    } catch {
      #expect("\(error)".contains("dense: the accumulator 2147483774 of output 0 overflows"))
    }
  }

  @Test func `bits of accumulators are those of two's complement`() {
    for (range, bits) in [
      (0...0, 1), (0...1, 2), (-1...0, 1), (-2...1, 2), (-128...127, 8), (-129...0, 9),
      (0...128, 9), (-1...255, 9), (0...Int(Int32.max), 32),
    ] {
      #expect(accumulatorBits(range) == bits, "\(range)")
    }
  }

  @Test func `what does not fit is refused by name`() throws {
    func refusal(_ body: () throws -> Void) -> String {
      do {
        try body()
        return "none"
      } catch { return "\(error)" }
    }
    #expect(
      refusal {
        _ = try IntegerWeights(
          "fc", codes: [200], rows: 1, columns: 1, isSigned: true, zeroPoints: [0], scales: [1])
      } == "fc: a code of a weight is 200; expected -128...127")
    #expect(
      refusal {
        _ = try IntegerWeights(
          "fc", codes: [1, 2], rows: 1, columns: 1, isSigned: true, zeroPoints: [0], scales: [1])
      }.contains("2 weights; expected 1 rows of 1"))
    let wide = QuantizationParameters(
      scale: 1, zeroPoint: 0, grid: CodeGrid(.affineUnsigned, bits: BitWidth(16)!))
    let weights = try IntegerWeights(
      "fc", codes: [1, 2], rows: 1, columns: 2, isSigned: true, zeroPoints: [0], scales: [1])
    #expect(
      refusal { _ = try IntegerLinear("fc", weights: weights, input: wide) }
        .contains("expected 8 bits"))
    let layer = try IntegerLinear(
      "fc", weights: weights, input: Samples.quantizer(1, 0, isSigned: false))
    #expect(refusal { _ = try layer.accumulate([1, 2, 3].span) }.contains("expected rows of 2"))
  }
}
