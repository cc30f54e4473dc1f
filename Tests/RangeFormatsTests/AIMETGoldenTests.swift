import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import Testing

/// Encodings of AIMET; `Golden/README.md` says how they were made.
@Suite("Formats of ranges: encodings of AIMET")
struct AIMETGoldenTests {
  @Test(arguments: ["0.6.1", "1.0.0", "2.0.0"])
  func `encodings of AIMET are read, and written with the same words`(_ version: String) throws {
    let (set, notes) = try GoldenTests.read(AIMETEncodings(), "aimet/w8a8_\(version).encodings")
    let (x, w1, w2) = try (
      GoldenTests.tensor(set, "x"), GoldenTests.tensor(set, "w1"), GoldenTests.tensor(set, "w2")
    )
    #expect(x.scales == [0.047326761133530564] && x.zeroPoints == [125])
    #expect(x.grid == CodeGrid("uint8-affine") && x.kind == .activation)
    #expect(w1.scales == [0.0021105750929564238, 0.010501676239073277, 0.07864873856306076])
    #expect(w1.granularity == .channel(axis: 0) && w1.grid == CodeGrid("int8-full"))
    #expect(w2.granularity == .channel(axis: 1) && w2.scales.count == 32 && w2.shape == [48, 32])
    // Biases have 32 bits, and stand in version 2.0.0 only.
    #expect(
      notes
        == (version == "2.0.0" ? ["2 tensors left out: int32 has no codes of 2 to 16 bits"] : []))
    // Keys stand in the order of their names in every entry; the order of the entries is the file's.
    let golden = try JSONSerialization.jsonObject(
      with: GoldenTests.file("aimet/w8a8_\(version).encodings"))
    let text = try GoldenTests.written(AIMETEncodings(), set, version: version)
    let ours = try JSONSerialization.jsonObject(with: Data(text.utf8))
    #expect(Self.entries(ours) == Self.entries(golden).filter { !["b1", "b3"].contains($0.key) })
    #expect(text.contains("\"version\": \"\(version)\""))
    // -128 times 0.0021105750929564238, and 127 times.
    let ends =
      text.contains("\"max\": 0.26804303680546") && text.contains("\"min\": -0.27015361189842")
    #expect(ends == (version == "0.6.1"))
  }

  /// Every entry by its name but for its ends, numbers as Float32 in one notation.
  private static func entries(_ document: Any) -> [String: String] {
    func text(_ value: Any) -> String {
      switch value {
      case let object as [String: Any]:
        "{"
          + object.filter { !["name", "min", "max"].contains($0.key) }.sorted { $0.key < $1.key }
          .map {
            "\($0.key): \(text($0.value))"
          }
          .joined(separator: ", ") + "}"
      case let list as [Any]: "[" + list.map(text).joined(separator: ", ") + "]"
      case let number as NSNumber: "\(number.floatValue)"
      default: "\(value)"
      }
    }
    let document = document as? [String: Any] ?? [:]
    var entries: [String: String] = [:]
    for key in ["encodings", "activation_encodings", "param_encodings"] {
      for entry in document[key] as? [[String: Any]] ?? [] {
        entries[entry["name"] as? String ?? ""] = text(entry)
      }
      for (name, entry) in document[key] as? [String: Any] ?? [:] { entries[name] = text(entry) }
    }
    return entries
  }

  @Test func `blocks of AIMET mean the same in both versions`() throws {
    for kind in ["block", "lpbq"] {
      let one = try GoldenTests.read(AIMETEncodings(), "aimet/w4_\(kind)16_1.0.0.encodings").ranges
      let two = try GoldenTests.read(AIMETEncodings(), "aimet/w4_\(kind)16_2.0.0.encodings").ranges
      let (first, second) = try (GoldenTests.tensor(one, "w2"), GoldenTests.tensor(two, "w2"))
      #expect(first.scales == second.scales && first.granularity == second.granularity)
      #expect(first.granularity == .group(size: 16, axis: 0) && first.scales.count == 96)
      #expect(first.grid == CodeGrid("int4-full"))
      if kind == "block" {
        #expect(first.scales[0] == 0.07491548359394073 && first.scales[32] == 0.08817583322525024)
        let text = try GoldenTests.written(AIMETEncodings(), RangeSet(model: nil, tensors: [first]))
        let golden = try JSONSerialization.jsonObject(
          with: GoldenTests.file("aimet/w4_block16_1.0.0.encodings"))
        let ours = try JSONSerialization.jsonObject(with: Data(text.utf8))
        #expect(Self.entries(ours)["w2"] == Self.entries(golden)["w2"])
      } else {
        #expect(first.scales[0] == Float(0.006536951554673058) * 11)
      }
    }
    let wide = try GoldenTests.read(QNNOverrides(), "aimet/w4a16_1.0.0.encodings").ranges
    let x = try GoldenTests.tensor(wide, "x")
    #expect(x.grid == CodeGrid("uint16-affine") && x.zeroPoints == [32160])
    #expect(x.scales == [0.00018415082153124733])
    #expect(throws: FormatFault.self) {
      try GoldenTests.read(AIMETEncodings(), "aimet/w8a8_1.0.0.encodings", model: nil)
    }
  }
}
