import _TestSupport
import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import Testing

/// What formats that hold codes do not hold, and why.
@Suite("Formats of codes: refusals")
struct PackedRefusalTests {
  /// The reason for which a weight is refused; nothing where it is not.
  private func reason(
    _ codec: any RangeCodec, _ shape: [Int],
    _ granularity: Granularity, _ grid: String, scale: Float = 0.5, zeroPoint: Int = 0,
    version: String? = nil, model: ModelDirectory? = nil,
    named name: String = "layer.weight"
  ) throws -> String? {
    let count = try #require(shape.laneCount(granularity))
    let range = TensorRange(
      name: name, kind: .weight, shape: shape, granularity: granularity,
      grid: try #require(CodeGrid(grid)), estimator: "mse",
      scales: [Float](repeating: scale, count: count),
      zeroPoints: [Int](repeating: zeroPoint, count: count))
    let form = PackedForm(codec: codec, version: version)
    let values = [Float](repeating: 0, count: shape.reduce(1, *))
    return codec.refusal(of: range, form.context([name: (shape, values)], model: model))
  }

  @Test func `GGUF`() throws {
    let codec = GGUFRanges()
    let group = Granularity.group(size: 32)
    #expect(try reason(codec, [2, 64], group, "int4-full") == nil)
    #expect(
      try reason(codec, [2, 64], .group(size: 64), "int4-full")
        == "group:64; the format has groups of 32")
    #expect(
      try reason(codec, [2, 48], group, "int4-full")
        == "rows of 48 values; the format has rows of whole groups, here of 32")
    #expect(
      try reason(codec, [2, 64], .channel(axis: 0), "int4-full")
        == "weights have a range for each channel; the format has one for each group")
    #expect(
      try reason(codec, [2, 64], group, "int8-full")
        == "codes of int8-full; the format has -127 to 127 around zero at 8 bits")
    #expect(
      try reason(codec, [2, 64], group, "int4-affine", zeroPoint: 3)
        == "zero points other than 0, and -1 for a mirrored block; the format has no others")
    #expect(
      try reason(codec, [2, 64], group, "uint4-affine", zeroPoint: 8)?
        .hasPrefix("weights have codes of uint4-affine; the format has ") == true)
    #expect(
      try reason(codec, [2, 64], group, "int6-full")
        == "weights of 6 bits; the format has 4, 5, 8 bits")
    #expect(
      try reason(codec, [2, 64, 3, 3], .group(size: 32, axis: 1), "int4-full")
        == "group:32@1 of the shape [2, 64, 3, 3]; the format has rows of outputs, and groups along them"
    )
    #expect(
      try reason(codec, [2, 64], group, "int4-full", scale: 65520)
        == "a scale is 65520.0; the format has scales of 16 bits, from 6e-8 to 65504")
    #expect(try reason(codec, [2, 64], group, "int4-full", scale: 65519) == nil)
    #expect(
      try reason(codec, [2, 64], group, "int4-full", scale: 0x1p-25)?.hasPrefix("a scale is")
        == true)
    #expect(try reason(codec, [2, 64], group, "int4-full", scale: 0x1.002p-25) == nil)
    #expect(
      try reason(
        codec, [2, 64], group, "int4-full", named: String(repeating: "n", count: 64))
        == "a name of 64 bytes; the format has names of at most 63")
    // Groups along axis 0 of a tensor whose outputs, as the model says, lie along axis 0.
    let model = ModelDirectory(
      tensors: [("w", .init(kind: .weight, shape: [64, 64], channelAxis: 0, groupAxis: 1))])
    #expect(
      try reason(
        codec, [64, 64], .group(size: 32, axis: 0), "int4-full", model: model, named: "w")
        == "group:32@0 of the shape [64, 64], whose outputs lie along axis 0 of the model; "
        + "the format has rows of outputs, and groups along them")
  }

  @Test func `compressed-tensors and GPTQ`() throws {
    let (compressed, gptq) = (CompressedTensors(), GPTQRanges())
    let rows = Granularity.channel(axis: 0)
    #expect(
      try reason(compressed, [32, 64], rows, "int4-full", named: "MatMul_7")
        == "a name that does not end in '.weight', as the format has them; a table of names gives others"
    )
    #expect(
      try reason(compressed, [8, 4, 3, 3], rows, "int8-full")
        == "4 axes; the format has weights of two axes")
    #expect(
      try reason(compressed, [32, 64], .tensor, "int8-full")
        == "one range for a whole tensor, which only --format-version int-quantized has")
    #expect(
      try reason(compressed, [32, 64], .tensor, "int8-full", version: "int-quantized") == nil)
    #expect(
      try reason(compressed, [32, 64], rows, "int4-full", version: "int-quantized")
        == "codes of 4 bits; int-quantized has codes of 8 bits")
    #expect(
      try reason(gptq, [33, 64], rows, "int4-full")
        == "33 outputs and 64 inputs of 4 bits; the format has whole words of 32 bits along both")
    #expect(
      try reason(gptq, [32, 64], rows, "uint4-affine")
        == "a zero point that is the lowest code, which only --format-version gptq_v2 has")
    #expect(try reason(gptq, [32, 64], rows, "uint4-affine", version: "gptq_v2") == nil)
    #expect(
      try reason(gptq, [32, 64], rows, "int6-full")
        == "weights of 6 bits; the format has 2, 3, 4, 8 bits")
  }

  @Test(arguments: PackedForm.all)
  func `weights that are not known, of another shape or not finite are one fault`(
    _ form: PackedForm
  ) throws {
    var random = SplitMix(seed: 31)
    let bits = form.version == "int-quantized" ? 8 : 4
    let (range, values) = try PackedSamples.range(
      "layer.weight", shape: [32, 64], .group(size: 32), try grid(.symmetricFull, bits), &random)
    func fault(_ context: FormatContext) throws -> String? {
      #expect(throws: FormatFault.self) {
        try RangeExport(form.codec, context)
          .write(RangeSet(model: nil, tensors: [range]), dropping: false)
      }?.description
    }
    #expect(
      try fault(FormatContext(options: FormatOptions(version: form.version)))?
        .contains("the values of weights are not known; the format holds codes") == true)
    #expect(
      try fault(form.context([:])) == "'layer.weight': the values of this weight are not known")
    #expect(
      try fault(form.context([range.name: ([64, 32], values)]))
        == "'layer.weight': the shape of the weight is [64, 32]; the ranges are for [32, 64]")
    var broken = values
    broken[100] = .nan
    #expect(
      try fault(form.context([range.name: (range.shape, broken)]))
        == "'layer.weight': the weight has values that are NaN or infinite")
  }

  @Test func `a file of GPTQ has one number of bits`() throws {
    var random = SplitMix(seed: 32)
    let (four, values) = try PackedSamples.range(
      "a.weight", shape: [32, 64], .channel(axis: 0), try grid(.symmetricFull, 4), &random)
    let (eight, others) = try PackedSamples.range(
      "b.weight", shape: [32, 64], .channel(axis: 0), try grid(.symmetricFull, 8), &random)
    let form = PackedForm(codec: GPTQRanges(), version: nil)
    let context = form.context([
      four.name: (four.shape, values), eight.name: (eight.shape, others),
    ])
    let fault = #expect(throws: FormatFault.self) {
      try RangeExport(form.codec, context)
        .write(RangeSet(model: nil, tensors: [four, eight]), dropping: true)
    }
    #expect(
      fault?.description
        == "a file has one number of bits and one size of groups; these are several: 4 bits, channel:0; "
        + "8 bits, channel:0")
  }
}
