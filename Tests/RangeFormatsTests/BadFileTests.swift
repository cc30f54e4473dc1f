import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import Testing

/// Files that are wrong in one place: one fault, which says where.
@Suite("Formats of ranges: wrong files")
struct BadFileTests {
  @Test(arguments: BadFile.all)
  func `a wrong file is one fault with its place`(_ bad: BadFile) throws {
    let codec = try #require(RangeFormatRegistry.codec(bad.format))
    let options = FormatOptions(codes: bad.codes.flatMap { CodeGrid($0) })
    let fault = #expect(throws: FormatFault.self) {
      try RangeImport(codec, FormatContext(options: options)).read(FormatInput(Data(bad.text.utf8)))
    }
    #expect(fault?.description == bad.fault)
  }

  @Test func `names, kinds and shapes are held against the model`() throws {
    func fault(_ text: String, _ format: String = "csv") throws -> String? {
      let codec = try #require(RangeFormatRegistry.codec(format))
      let context = FormatContext(model: GoldenTests.model)
      return #expect(throws: FormatFault.self) {
        try RangeImport(codec, context).read(FormatInput(Data(text.utf8)))
      }?.description
    }
    let columns = "name,kind,shape,granularity,bits,scheme,grid,scale,zero_point\n"
    #expect(
      try fault(columns + "ww,weight,,,8,symmetric,narrow,1,0\n")
        == "the model has no tensor 'ww'; did you mean 'w1'?")
    #expect(
      try fault(columns + "w1,activation,,,8,symmetric,narrow,1,0\n")
        == "row 2, 'w1': is given as one of the activations; it is one of the weights of the model")
    #expect(
      try fault(columns + "w1,weight,3x1x5x5,,8,symmetric,narrow,1,0\n")
        == "row 2, 'w1': the shape is [3, 1, 5, 5]; that of the model is [3, 1, 3, 3]")
    #expect(
      try fault(columns + "w1,weight,,channel:0,8,symmetric,narrow,1,0\n")
        == "row 2, 'w1': 1 scale; expected 3 for channel:0 of the shape [3, 1, 3, 3]")
    #expect(
      try fault("w1_param_0 1 2\n", "ncnn") == "the model has no tensor 'w1_param_0'")
  }

  @Test func `other names come from a table, both ways`() throws {
    let names = try TensorAliases(csv: "name,format_name\nx,images:0\n")
    let grid = try #require(CodeGrid("int8-narrow"))
    let x = TensorRange(
      name: "x", kind: .activation, shape: [], granularity: .tensor, grid: grid, estimator: "",
      scales: [0.5], zeroPoints: [0])
    let context = FormatContext(model: GoldenTests.model)
    let files = try RangeExport(TensorRTCache(), context, names: names)
      .write(RangeSet(model: nil, tensors: [x]), dropping: false).files
    #expect(
      String(decoding: files[0].data, as: UTF8.self)
        == "TRT-8601-EntropyCalibration2\nimages:0: 3f000000\n")
    let back = try RangeImport(TensorRTCache(), context, names: names).read(
      FormatInput(files[0].data))
    #expect(back.ranges.tensors.map(\.name) == ["x"])
    for (text, fault) in [
      ("a,b\n", "row 1: expected the header name,format_name"),
      ("name,format_name\nx,y\nx,z\n", "row 3: a name is there twice; expected every name once"),
      ("name,format_name\nx\n", "row 2: expected two names"),
    ] { #expect(throws: FormatFault(fault)) { try TensorAliases(csv: text) } }
  }
}
