import Foundation
import QuantizationCore
import RangeFiles
import ResultRecords
import Testing

@Suite("Ranges in a file")
struct RangeSetTests {
  private static let narrow = TestRanges.grid(.symmetricNarrow, 8)

  /// A set with every kind, granularity, and numbers that few digits do not give back.
  static let set = RangeSet(
    model: .init(name: "a \"b\".onnx", sha256: String(repeating: "0f", count: 32)),
    tensors: [
      TensorRange(
        name: "w/\u{E9}", kind: .weight, shape: [2, 3], granularity: .channel(axis: 1),
        grid: narrow,
        estimator: "percentile[p=99.99]",
        scales: [Float(0.1).nextUp, .leastNonzeroMagnitude, .greatestFiniteMagnitude],
        zeroPoints: [0, -1, 127], meanSquaredError: 0.1 + 0.2, regret: 1e-300),
      TensorRange(
        name: "g", kind: .weight, shape: [4, 5], granularity: .group(size: 2, axis: 1),
        grid: TestRanges.grid(.symmetricFull, 4), estimator: "mse",
        scales: (0..<12).map { 1 / Float($0 + 3) }, zeroPoints: [Int](repeating: 0, count: 12)),
      TensorRange(
        name: "x", kind: .activation, shape: [], granularity: .tensor,
        grid: TestRanges.grid(.affineUnsigned, 16), estimator: "kl", scales: [1 / 3],
        zeroPoints: [65535], meanSquaredError: .infinity),
      TensorRange(
        name: "b", kind: .bias, shape: [7], granularity: .tensor,
        grid: TestRanges.grid(.affineSigned, 2), estimator: "", scales: [1.5], zeroPoints: [-2]),
    ])

  private func text(_ set: RangeSet) throws -> String {
    String(decoding: try set.json(), as: UTF8.self)
  }

  @Test func `numbers read back to the same bits`() throws {
    let read = try RangeSet(json: text(Self.set))
    var expected = Self.set
    // JSON has no infinity: an error that was not finite is one that was not measured.
    expected.tensors[2].meanSquaredError = nil
    #expect(read == expected)
    let bits = { (set: RangeSet) in set.tensors.flatMap { $0.scales.map(\.bitPattern) } }
    #expect(bits(read) == bits(Self.set))
    #expect(try read.json() == expected.json())
    #expect(try RangeSet(json: text(RangeSet(model: nil, tensors: []))).model == nil)
    var numbers = SystemRandomNumberGenerator()
    let scales = (0..<2000).map { _ in
      Float(bitPattern: UInt32.random(in: 1..<0x7F80_0000, using: &numbers))
    }
    let many = TensorRange(
      name: "m", kind: .weight, shape: [2000], granularity: .channel(axis: 0), grid: Self.narrow,
      estimator: "", scales: scales, zeroPoints: [Int](repeating: 0, count: 2000))
    #expect(
      try RangeSet(json: text(RangeSet(model: nil, tensors: [many]))).tensors[0].scales == scales)
  }

  @Test func `the keys are those of the format`() throws {
    let object = try #require(
      try JSONSerialization.jsonObject(with: Self.set.json()) as? [String: Any])
    #expect(Set(object.keys) == ["format", "version", "model", "tensors"])
    let tensors = try #require(object["tensors"] as? [[String: Any]])
    #expect(
      Set(tensors[0].keys) == [
        "name", "kind", "shape", "axis", "bits", "scheme", "grid", "estimator", "scale",
        "zero_point", "mse", "regret",
      ])
    #expect(tensors[1]["block"] as? Int == 2 && tensors[1]["axis"] as? Int == 1)
    #expect(tensors[2]["axis"] == nil && tensors[2]["mse"] == nil)
    #expect(tensors[3]["kind"] as? String == "bias" && tensors[3]["grid"] as? String == "signed")
    #expect((object["model"] as? [String: Any])?.keys.sorted() == ["name", "sha256"])
  }

  @Test(arguments: [
    (#""rangelab-ranges""#, #""other""#, "the format is 'other', version 1; expected"),
    (#""version" : 1"#, #""version" : 2"#, "version 2; expected 'rangelab-ranges', version 1"),
    (
      #""weight""#, #""wait""#,
      "tensors[0] 'w': the kind is 'wait'; expected weight, activation or bias"
    ),
    (#""narrow""#, #""wide""#, "tensors[0] 'w': no grid 'wide' of the scheme 'symmetric'"),
    (#""symmetric""#, #""lopsided""#, "no grid 'narrow' of the scheme 'lopsided'"),
    (#""bits" : 8"#, #""bits" : 1"#, "1 bits; expected 2 to 16"),
    (#""bits" : 8"#, #""bits" : 17"#, "17 bits; expected 2 to 16"),
    (#""bits" : 8"#, #""bits" : -9223372036854775808"#, "bits; expected 2 to 16"),
    ("[0.5,0.25]", "[0.5]", "1 scales and 2 zero points"),
    ("[0.5,0.25]", "[]", "0 scales and 2 zero points"),
    ("[0.5,0.25]", "[0.5,0]", "a scale is not above zero"),
    ("[0.5,0.25]", "[0.5,-1]", "a scale is not above zero"),
    ("[0,0]", "[0,-128]", "a zero point is outside the codes -127...127"),
    (#""axis" : 0"#, #""block" : 2"#, "a block needs an axis and at least one value"),
    (#""axis" : 0"#, #""axis" : 0, "block" : 0"#, "a block needs an axis and at least one value"),
    (#""axis" : 0"#, #""axis" : 0, "block" : -1"#, "a block needs an axis"),
    (#""axis" : 0"#, #""axis" : 1"#, "2 scales; expected 3 for the shape [2, 3]"),
    (#""axis" : 0"#, #""axis" : 2"#, "2 scales; expected none for the shape [2, 3]"),
    (#""axis" : 0"#, #""axis" : -3"#, "2 scales; expected none for the shape [2, 3]"),
    ("[2,3]", "[-2,3]", "the shape is [-2, 3]"),
    ("[2,3]", "[4611686018427387904,4]", "the shape is"),
    ("[2,3]", "[9223372036854775807,2]", "the shape is"),
    ("[2,3]", "[0,4611686018427387904,4]", "the shape is"),
    (#""name" : "w""#, #""title" : "w""#, "tensors[0]: the key 'name' is missing"),
    ("[2,3]", #""two""#, "tensors[0].shape"),
    (#""tensors""#, #""tensor""#, "the key 'tensors' is missing"),
    ("[0.5,0.25]", "[1e60,0.25]", "not valid JSON"),
  ])
  func `every fault says where and what`(_ old: String, _ new: String, _ words: String) throws {
    let json = """
      {"format": "rangelab-ranges", "version" : 1, "tensors": [{"name" : "w", "kind": "weight",
       "shape": [2,3], "axis" : 0, "bits" : 8, "scheme": "symmetric", "grid": "narrow",
       "estimator": "mse", "scale": [0.5,0.25], "zero_point": [0,0]}]}
      """
    #expect(json.contains(old), "\(json)")
    #expect(try RangeSet(json: json).tensors.count == 1)
    let fault = #expect(throws: JSONFault.self) {
      try RangeSet(json: json.replacing(old, with: new, maxReplacements: 1))
    }
    #expect(fault?.description.contains(words) == true, "\(fault?.description ?? "")")
  }

  @Test
  func `without a shape there may be any number of channels, as from tools that do not say it`()
    throws
  {
    let json = """
      {"format": "rangelab-ranges", "version": 1, "tensors": [{"name": "w", "kind": "weight", "shape": [],
       "axis": 1, "bits": 8, "scheme": "symmetric", "grid": "narrow", "estimator": "", "scale": [0.5,0.25],
       "zero_point": [0,0]}]}
      """
    let set = try RangeSet(json: json)
    #expect(set.tensors[0].shape.isEmpty && set.tensors[0].granularity == .channel(axis: 1))
    #expect(set.tensors[0].scales == [0.5, 0.25])
    #expect(try RangeSet(json: text(set)) == set)
    let tensor = json.replacing("\"axis\": 1, ", with: "")
    #expect(throws: JSONFault.self) { try RangeSet(json: tensor) }
  }

  @Test func `an axis from behind is the axis that it means`() throws {
    let range = TestRanges.weight("w", [2, 3], .channel(axis: -1), Self.narrow, [1, 2, 3])
    #expect(try RangeSet(json: text(TestRanges.set([range]))).tensors == [range])
  }

  @Test func `no text ends the program`() throws {
    let whole = try text(Self.set)
    for end in stride(from: 0, to: whole.count - 2, by: 7) {
      #expect(throws: JSONFault.self) { try RangeSet(json: String(whole.prefix(end))) }
    }
    let places = whole.indices.map { $0 }
    for (turn, place) in places.enumerated() where turn % 3 == 0 {
      for character in ["9", "-", "\"", "]", "e"] {
        _ = try? RangeSet(json: whole.replacingCharacters(in: place...place, with: character))
      }
    }
  }
}
