import CRangeLab
import Testing
import _TestSupport

/// The functions of rangelab.h as C calls them, from several threads at once.
@Suite struct ThreadTests {
  private static let shape: [Int64] = [8, 512]

  /// Values of a seed: a fat tail on both sides.
  private static func values(seed: UInt64) -> [Float] {
    var numbers = LinearCongruence(seed: seed)
    return (0..<4096).map { _ in
      let unit = numbers.unit() * 2 - 1
      return Float(unit / (1.02 - abs(unit)))
    }
  }

  /// Passes a tensor to a function.
  private static func with<Result>(
    _ values: [Float], _ body: (UnsafePointer<rangelab_tensor>) throws -> Result
  ) rethrows -> Result {
    try values.withUnsafeBufferPointer { values in
      try shape.withUnsafeBufferPointer { shape in
        var tensor = rangelab_tensor(
          values: values.baseAddress, shape: shape.baseAddress, rank: Int32(shape.count))
        return try withUnsafePointer(to: &tensor, body)
      }
    }
  }

  /// Passes options to a function.
  private static func options<Result>(
    _ format: String, _ granularity: String, threads: Int32 = 1,
    _ body: (UnsafePointer<rangelab_options>) throws -> Result
  ) rethrows -> Result {
    try format.withCString { format in
      try granularity.withCString { granularity in
        var options = rangelab_options(
          format: format, granularity: granularity, threads: threads, skip_nonfinite: 0,
          find_optimum: 1)
        return try withUnsafePointer(to: &options, body)
      }
    }
  }

  /// Scales and regret of a rule, or the text of the failure.
  private static func answer(
    _ values: [Float], _ rule: String, _ granularity: String = "channel:0"
  ) -> String {
    with(values) { tensor in
      options("uint4-affine", granularity) { options in
        var handle: OpaquePointer?
        guard rangelab_estimate(tensor, rule, options, &handle) == RANGELAB_OK else {
          return String(cString: rangelab_last_error())
        }
        defer { rangelab_quantizers_free(handle) }
        var view = rangelab_quantizers_view()
        rangelab_quantizers_read(handle, &view)
        let scales = UnsafeBufferPointer(start: view.scales, count: Int(view.lanes))
        return "\(Array(scales)) \(view.errors.pointee.regret)"
      }
    }
  }

  @Test("answers of many threads at once are those of one, and so is the error of each")
  func manyThreads() async {
    let tensors = (0..<4).map { Self.values(seed: UInt64($0)) }
    let rules = ["minmax", "mse", "percentile[p=99]", "no-such-rule", "kl[bins=0]"]
    let expected = tensors.map { values in rules.map { Self.answer(values, $0) } }
    #expect(expected[0][3].contains("no-such-rule") && expected[0][4].contains("bins"))
    #expect(expected[0][0] != expected[1][0])
    await withTaskGroup(of: (Int, [String]).self) { group in
      for turn in 0..<16 {
        group.addTask {
          let place = turn % tensors.count
          return (place, rules.map { Self.answer(tensors[place], $0) })
        }
      }
      for await (place, answers) in group { #expect(answers == expected[place]) }
    }
  }

  @Test("a calibrator takes batches from several threads, each once")
  func calibrator() async throws {
    var made: OpaquePointer?
    #expect(rangelab_calibrator_create("channel:0", nil, 0, 0, &made) == RANGELAB_OK)
    nonisolated(unsafe) let calibrator = try #require(made)
    defer { rangelab_calibrator_free(calibrator) }
    await withTaskGroup(of: rangelab_status.self) { group in
      for turn in 0..<8 {
        group.addTask {
          Self.with(Self.values(seed: UInt64(turn))) {
            rangelab_calibrator_observe(calibrator, $0)
          }
        }
      }
      for await status in group { #expect(status == RANGELAB_OK) }
    }
    var handle: OpaquePointer?
    let status = Self.options("int8-narrow", "channel:0") {
      rangelab_calibrator_estimate(calibrator, "minmax", $0, &handle)
    }
    #expect(status == RANGELAB_OK)
    defer { rangelab_quantizers_free(handle) }
    var view = rangelab_quantizers_view()
    rangelab_quantizers_read(handle, &view)
    #expect(view.errors.pointee.elements == 8 * 4096)
    // Min-max does not depend on the order of batches.
    let all = (0..<8).map { Self.values(seed: UInt64($0)) }
    var expected = [Float](repeating: 0, count: 8)
    for values in all {
      for (place, value) in values.enumerated() {
        expected[place / 512] = max(expected[place / 512], abs(value))
      }
    }
    let scales = UnsafeBufferPointer(start: view.scales, count: 8)
    #expect(Array(scales) == expected.map { (widest: Float) in Float(Double(widest) / 127) })
  }

  @Test("nothing that is passed traps: nil, shapes that cannot be, handles that are not there")
  func refused() {
    var handle: OpaquePointer?
    let values = Self.values(seed: 1)
    Self.options("int8-narrow", "tensor") { options in
      #expect(rangelab_estimate(nil, "mse", options, &handle) == RANGELAB_INVALID_ARGUMENT)
      Self.with(values) { tensor in
        #expect(rangelab_estimate(tensor, nil, options, &handle) == RANGELAB_INVALID_ARGUMENT)
        #expect(rangelab_estimate(tensor, "mse", nil, &handle) == RANGELAB_INVALID_ARGUMENT)
        #expect(rangelab_estimate(tensor, "mse", options, nil) == RANGELAB_INVALID_ARGUMENT)
        #expect(rangelab_quantize(tensor, nil, 1, nil) == RANGELAB_INVALID_ARGUMENT)
        #expect(rangelab_calibrator_observe(nil, tensor) == RANGELAB_INVALID_ARGUMENT)
        for shape: [Int64] in [[-1, -4096], [0], [Int64.max, 4], [Int64.max]] {
          var other = tensor.pointee
          shape.withUnsafeBufferPointer {
            (other.shape, other.rank) = ($0.baseAddress, Int32($0.count))
            #expect(
              rangelab_estimate(&other, "mse", options, &handle) == RANGELAB_INVALID_ARGUMENT)
          }
        }
        var ranked = tensor.pointee
        ranked.rank = 65
        #expect(rangelab_estimate(&ranked, "mse", options, &handle) == RANGELAB_INVALID_ARGUMENT)
      }
    }
    #expect(handle == nil, "no handle where a call fails")
    rangelab_quantizers_free(nil)
    rangelab_calibrator_free(nil)
  }
}
