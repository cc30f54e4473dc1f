import _TestSupport
import ExperimentRunner
import RangeEstimation
import Testing

@Suite struct ManifestFuzzTests {
  private static let seedText = """
    name: fuzz
    description: "text"
    seed: 3
    tensors:
      - file: data/*.npy
      - file: w.safetensors#fc1
      - synthetic: {distribution: student-t, dof: [3, 5], shape: [4, 8], count: 2,
          outliers: {fraction: 0.1, scale: 100}, outlier_channels: {count: 2, scale: 5}}
    estimators:
      - minmax
      - percentile: {p: [99, 99.9]}
      - percentile[p=99.99]
    bits: [2, 4, 8]
    schemes: [symmetric, {symmetric: full}, affine]
    granularities: [tensor, {channel: 0}, {group: [3, 128]}]
    exclude:
      - {estimator: percentile, granularity: group}
    nonfinite: skip

    """

  private static let splices = [
    "[", "]", "{", "}", ":", ": ", "- ", "\n", "\"", "'", "#", "*", "&a ", "*a", "? ", "| ", "> ",
    "!!str ", "<<: ", "~", "\t", "\u{0}", "\u{FEFF}", "é", "\u{E000}", "-1", "1e999", "0x10",
    "99999999999999999999", "...\n", "---\n", "%YAML 1.1\n", "bits: 3\n", "\\", "\r\n", "\u{2028}",
  ]

  /// One text with a few pieces removed, doubled, moved or put in.
  private static func mutated(_ random: inout SplitMix) -> String {
    var text = Array(seedText.unicodeScalars)
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let start = Int.random(in: 0...text.count, using: &random)
      let end = min(text.count, start + Int.random(in: 0...12, using: &random))
      switch Int.random(in: 0..<4, using: &random) {
      case 0: text.removeSubrange(start..<end)
      case 1: text.insert(contentsOf: text[start..<end], at: start)
      case 2:
        let piece = Array(text[start..<end])
        text.removeSubrange(start..<end)
        text.insert(contentsOf: piece, at: Int.random(in: 0...text.count, using: &random))
      default:
        text.insert(
          contentsOf: (splices.randomElement(using: &random) ?? "").unicodeScalars, at: start)
      }
    }
    return String(String.UnicodeScalarView(text))
  }

  @Test("2000 damaged manifests are read or refused with places in them, never worse")
  func damage() throws {
    let folder = try Workspace()
    try folder.writeNPY("data/a.npy", shape: [4, 8])
    try folder.writeSafetensors("w.safetensors", members: ["fc1"])
    #expect(try folder.faults(Self.seedText) == "")
    var random = SplitMix(seed: 42)
    var refused = 0
    for _ in 0..<2000 {
      let text = Self.mutated(&random)
      do {
        let manifest = try folder.load(text)
        #expect(!manifest.tensors.isEmpty && !manifest.estimators.isEmpty)
      } catch let error as ManifestError {
        refused += 1
        #expect(!error.diagnostics.isEmpty && !error.isMissingFile)
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for diagnostic in error.diagnostics {
          #expect((1...lines.count + 1).contains(diagnostic.line), "\(error)\n\(text)")
          #expect(diagnostic.column >= 1)
        }
      }
    }
    #expect(refused > 1000)
  }
}
