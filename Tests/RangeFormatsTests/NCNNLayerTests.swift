import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import Testing

/// Tables of ncnn have layers for keys, ranges have tensors.
@Suite("Formats of ranges: layers of ncnn")
struct NCNNLayerTests {
  private func range(_ name: String, _ kind: TensorRange.Kind, bits: String = "int8-narrow") throws
    -> TensorRange
  {
    TensorRange(
      name: name, kind: kind, shape: kind == .weight ? [1, 1, 3, 3] : [], granularity: .tensor,
      grid: try #require(CodeGrid(bits)), estimator: "", scales: [0.5], zeroPoints: [0])
  }

  /// Two operators that read one tensor; the first is one of Winograd's.
  private let model = ModelDirectory(
    tensors: [
      ("w1", .init(kind: .weight, shape: [1, 1, 3, 3], channelAxis: 0)),
      ("w2", .init(kind: .weight, shape: [1, 1, 3, 3], channelAxis: 0)),
      ("x", .init(kind: .activation)), ("y", .init(kind: .activation)),
    ],
    layers: [
      .init(name: "conv1", input: "x", weight: "w1", isSmallConvolution: true),
      .init(name: "conv2", input: "x", weight: "w2"),
    ])

  @Test func `tensors become the layers that read them, and come back`() throws {
    let set = RangeSet(
      model: nil,
      tensors: [
        try range("w1", .weight, bits: "int6-narrow"), try range("w2", .weight),
        try range("x", .activation),
      ])
    let context = FormatContext(model: model)
    let result = try RangeExport(NCNNTable(), context).write(set, dropping: false)
    #expect(
      String(decoding: result.files[0].data, as: UTF8.self)
        == "conv1_param_0 2.0 \nconv2_param_0 2.0 \nconv1 2.0 \nconv2 2.0 \n")
    #expect(
      result.notes.count == 1 && result.notes[0].contains("int6-narrow is held as int8-narrow"))
    let back = try RangeImport(NCNNTable(), context).read(FormatInput(result.files[0].data)).ranges
    #expect(back.tensors.map(\.name) == ["w1", "w2", "x"])
  }

  @Test func `what no layer reads, and eight bits where six are needed, are refused`() throws {
    func reason(_ range: TensorRange) -> String? {
      NCNNTable().refusal(of: range, FormatContext(model: model))
    }
    #expect(try reason(range("y", .activation)) == "no operator with a weight reads it")
    #expect(try reason(range("w1", .weight))?.contains("codes of 6 bits") == true)
    #expect(try reason(range("w2", .weight)) == nil)
    let without = try NCNNTable().refusal(of: range("w1", .weight), FormatContext())
    #expect(without?.contains("give the --model") == true)
    let twice = "conv1 2\nconv2 3\n"
    #expect(throws: FormatFault.self) {
      try RangeImport(NCNNTable(), FormatContext(model: model)).read(FormatInput(Data(twice.utf8)))
    }
  }
}
