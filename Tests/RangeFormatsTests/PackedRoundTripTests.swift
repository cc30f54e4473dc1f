import _TestSupport
import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import TensorIO
import Testing

/// What formats that hold codes keep of ranges and weights.
@Suite("Formats of codes: laws")
struct PackedRoundTripTests {
  /// Shapes and lanes that a format may have: outputs first, and inputs first as in `MatMul`.
  private static let layouts: [(shape: [Int], granularity: Granularity)] = [
    ([32, 64], .tensor), ([32, 64], .channel(axis: 0)), ([64, 32], .channel(axis: 1)),
    ([32, 64], .group(size: 32)), ([64, 32], .group(size: 32, axis: 0)),
    ([64, 64], .group(size: 32, axis: 0)), ([64, 64], .group(size: 32)), ([64], .group(size: 32)),
    ([32, 96], .group(size: 16)), ([2, 3, 64], .group(size: 32)),
  ]

  /// The reals of the first weight of a file, outputs first.
  private static func reals(
    _ form: PackedForm, _ files: [FormatFile], _ range: TensorRange
  ) throws -> [Float] {
    let bits = range.grid.bits.count
    switch form.codec.name {
    case "gguf":
      let size = range.shape.reduce(1, *) / 32 * (4 * bits + 2)
      // The only tensor ends the file, filled up to a multiple of 32.
      return PackedDecoding.gguf(
        Array(files[0].data.suffix((size + 31) / 32 * 32).prefix(size)), bits: bits)
    case "gptq":
      return try PackedDecoding.gptq(
        files[0].data, "layer", bits: bits, missing: form.version == "gptq" ? 1 : 0)
    default: return try PackedDecoding.compressedTensors(files[0].data, "layer", bits: bits)
    }
  }

  @Test(arguments: PackedForm.all)
  func `codes and scales are those of the ranges, wherever outputs lie`(_ form: PackedForm) throws {
    var random = SplitMix(seed: 21)
    var kept: Set<String> = []
    for grid in everyGrid where form.codec.ability.weights?.bits.contains(grid.bits.count) == true {
      for (shape, granularity) in Self.layouts {
        // What is affine has all zero points but the lowest, and only two of them in GGUF.
        let zeroPoints =
          form.codec.name == "gguf" ? -1...0 : grid.minimumCode + 1...grid.maximumCode
        let (range, values) = try PackedSamples.range(
          "layer.weight", shape: shape, granularity, grid, zeroPoints: zeroPoints, &random)
        let context = form.context([range.name: (shape, values)])
        guard form.codec.refusal(of: range, context) == nil else { continue }
        let wanted = RangeSet(model: nil, tensors: [range])
        let files = try RangeExport(form.codec, context).write(wanted, dropping: false).files
        // Read with the model, lanes and shape are its own; the scales are those of the file.
        let reading = form.context([:], model: ModelDirectory(wanted))
        let back = try RangeImport(form.codec, reading).read(PackedSamples.input(files))
        let read = try #require(back.ranges.tensors.first)
        let held = form.codec.held(range, context)
        #expect(read.name == range.name && read.kind == .weight && read.shape == shape)
        #expect(read.granularity == granularity && read.grid == held.grid, "\(grid) \(granularity)")
        #expect(read.scales == held.scales && read.zeroPoints == held.zeroPoints)
        let stored =
          form.codec.ability.scales == .exact
          ? range.scales : range.scales.map { Float(Float16($0)) }
        #expect(read.scales == stored)
        // Every value, taken from the file by other code.
        let reals = try PackedSamples.reals(range, scales: stored, values)
        let isTransposed =
          granularity == .channel(axis: 1) || granularity == .group(size: 32, axis: 0)
        let turned =
          isTransposed
          ? (0..<shape[1]).flatMap { row in (0..<shape[0]).map { reals[$0 * shape[1] + row] } }
          : reals
        #expect(try Self.reals(form, files, range) == turned, "\(grid) \(granularity)")
        kept.insert("\(FormatAbility.Lanes(granularity)) \(grid.bits)")
      }
    }
    let ability = try #require(form.codec.ability.weights)
    for lanes in ability.lanes where form.version == nil || lanes != .tensor {
      for bits in ability.bits where form.version != "int-quantized" || bits == 8 {
        #expect(kept.contains("\(lanes) \(bits)"), "\(lanes) \(bits)")
      }
    }
  }

  @Test(arguments: PackedForm.all)
  func `what is read can be written again, bit for bit`(_ form: PackedForm) throws {
    var random = SplitMix(seed: 22)
    let bits = form.version == "int-quantized" ? 8 : 4
    let grid = try grid(.symmetricFull, bits)
    let (range, values) = try PackedSamples.range(
      "layer.weight", shape: [32, 64], .group(size: 32), grid, &random)
    let weights: [String: (shape: [Int], values: [Float])] = [range.name: (range.shape, values)]
    let first = try RangeExport(form.codec, form.context(weights))
      .write(RangeSet(model: nil, tensors: [range]), dropping: false)
    let read = try RangeImport(form.codec, form.context([:]))
      .read(PackedSamples.input(first.files)).ranges
    let second = try RangeExport(form.codec, form.context(weights)).write(read, dropping: false)
    #expect(second.files == first.files)
  }

  @Test(arguments: PackedForm.all)
  func `a table of names renames weights too`(_ form: PackedForm) throws {
    var random = SplitMix(seed: 23)
    let bits = form.version == "int-quantized" ? 8 : 4
    let (range, values) = try PackedSamples.range(
      "MatMul_7", shape: [64, 32], .group(size: 32, axis: 0), try grid(.symmetricFull, bits),
      &random)
    let names = try TensorAliases(csv: "name,format_name\nMatMul_7,fc.weight\n")
    let context = form.context(["MatMul_7": (range.shape, values)])
    let files = try RangeExport(form.codec, context, names: names)
      .write(RangeSet(model: nil, tensors: [range]), dropping: false).files
    let read = try RangeImport(form.codec, form.context([:])).read(PackedSamples.input(files))
      .ranges
    #expect(read.tensors.map(\.name) == ["fc.weight"] && read.tensors[0].shape == [32, 64])
  }

  @Test func `the note says what rounding costs`() throws {
    // 0.1 is 0.0999755859375 as a half: with 1 and 31 zeros the error goes from 0 to one.
    let exact = TensorRange(
      name: "a", kind: .weight, shape: [1, 32], granularity: .group(size: 32),
      grid: try grid(.symmetricFull, 4), estimator: "mse", scales: [0.1], zeroPoints: [0])
    let form = PackedForm(codec: GGUFRanges(), version: nil)
    func notes(_ range: TensorRange, _ first: Float) throws -> [String] {
      let values = [first] + [Float](repeating: 0, count: 31)
      return try RangeExport(form.codec, form.context([range.name: ([1, 32], values)]))
        .write(RangeSet(model: nil, tensors: [range]), dropping: false).notes
    }
    #expect(
      try notes(exact, 0.1)[0]
        == "scales are rounded to float16, and codes are those of the rounded scales; 1 tensor without error has one now"
    )
    // 0.14 is rounded to 0.1, an error of 0.04; with 0.0999755859375 it is 0.0400244: 0.122% more, squared.
    #expect(
      try notes(exact, 0.14)[0]
        == "scales are rounded to float16, and codes are those of the rounded scales: the mean squared error changes "
        + "by +0.12%")
    #expect(try notes(exact.with(scales: [0.5]), 0.14).count == 1)
  }
}
