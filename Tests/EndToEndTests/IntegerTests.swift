import Foundation
import Testing
import _TestSupport

/// Pruning, storage accounting and integer runs, on a network of the project.
@Suite("Networks in integers, and with fewer weights")
struct IntegerTests {
  private let work: Workspace

  init() throws {
    work = try .networks("fashion", images: 12, seed: 4)
  }

  private func integers(_ found: [String: Any], _ name: String) -> Int? { found[name] as? Int }

  @Test func `prune sets exactly so many weights to zero`() throws {
    let apart = try jsonObject(
      work.succeed("model prune fashion.onnx --sparsity 0.75 -o p.onnx --format json").output)
    let layers = try #require(apart["layers"] as? [[String: Any]])
    #expect(layers.count == 8)
    for layer in layers {
      let count = try #require(integers(layer, "weights"))
      #expect(integers(layer, "kept") == count - Int((0.75 * Double(count)).rounded()))
      #expect(integers(layer, "dense_bytes") == 4 * count)
      #expect(
        integers(layer, "bitmap_bytes")
          == 4 * (integers(layer, "kept") ?? 0) + (count + 7) / 8)
    }
    let together = try jsonObject(
      work.succeed("model prune fashion.onnx --sparsity 0.75 --by model -o m.onnx --format json")
        .output)
    let model = try #require(together["model"] as? [String: Any])
    let count = try #require(integers(model, "weights"))
    #expect(integers(model, "kept") == count - Int((0.75 * Double(count)).rounded()))
    // Pruning a pruned model again changes nothing.
    try work.succeed("model prune p.onnx --sparsity 0.75 -o again.onnx")
    #expect(try work.bytes("again.onnx") == work.bytes("p.onnx"))
    let text = try work.succeed("model prune fashion.onnx --pattern 2:4 -o n.onnx").output
    #expect(text.contains("| pattern") && text.contains("50.00 %"))
    for (line, code, words) in [
      ("prune fashion.onnx -o q.onnx", 64, "--sparsity or --pattern"),
      ("prune fashion.onnx --sparsity 1 -o q.onnx", 64, "above 0 and below 1"),
      ("prune fashion.onnx --pattern 4:4 -o q.onnx", 64, "expected N:M"),
      ("prune fashion.onnx --pattern 2:4 --by model -o q.onnx", 64, "--by model"),
      ("prune none.onnx --sparsity 0.5 -o q.onnx", 66, "no such file"),
      ("prune fashion.onnx --sparsity 0.5 -o fashion.onnx", 64, "is the input"),
    ] {
      try work.expectFailure("model " + line, Int32(code), words)
    }
    #expect(!work.exists("q.onnx"))
  }

  @Test func `sizes count each weight in each way`() throws {
    try work.succeed("model prune fashion.onnx --sparsity 0.9 --by model -o p.onnx")
    let found = try jsonObject(work.succeed("model inspect p.onnx --sizes --format json").output)
    let ways = try #require(found["ways"] as? [String])
    let layers = try #require(found["layers"] as? [[String: Any]])
    let parts = try #require(found["parts"] as? [[String: Any]])
    let total = try #require(found["total"] as? [Int])
    #expect(ways.first == "32-bit float" && ways.contains("4 bits, symmetric, by group of 32"))
    // The whole is its parts.
    for way in ways.indices {
      let sum = (layers + parts).reduce(0) { $0 + (($1["bytes"] as? [Int])?[way] ?? 0) }
      #expect(total[way] == sum, "\(ways[way])")
    }
    let document = try jsonObject(work.succeed("model inspect p.onnx --format json").output)
    let plain = try #require(document["sizes"] as? [[String: Any]])
    #expect(plain.map { $0["bytes"] as? Int } == Array(total.prefix(plain.count)))
    for layer in layers {
      let (count, kept) = (integers(layer, "weights") ?? 0, integers(layer, "non_zero") ?? 0)
      #expect(integers(layer, "bitmap_bytes") == kept + (count + 7) / 8 + 4)
    }
    #expect(try work.succeed("model inspect p.onnx --sizes").output.contains("8 bits, bitmap"))
  }

  @Test(.enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
  func `a network runs in integers beside the simulated one`() throws {
    try work.succeed("model quantize fashion.onnx --data d.npz -o q.onnx")
    let run = try work.succeed(
      "model evaluate fashion.onnx q.onnx --data d.npz --integers --format json")
    let all = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
    let rows = try #require(all.first?["rows"] as? [[String: Any]])
    let layers = rows.filter { $0["layer"] != nil }
    #expect(layers.count == 8)
    for layer in layers {
      let (bits, bound) = (integers(layer, "bits") ?? 99, integers(layer, "bound_bits") ?? 0)
      #expect(bits > 8 && bits <= bound && bound <= 32)
    }
    // Roundings that go the other way are rare and change a code by a step or two.
    for row in rows {
      guard let codes = integers(row, "codes"), let differing = integers(row, "differing") else {
        continue
      }
      #expect(differing * 20 <= codes && (integers(row, "largest") ?? 99) <= 3)
    }
    let verdicts = try #require(all.first?["verdicts"] as? [[String: Any]])
    #expect(verdicts.map { $0["judge"] as? String } == ["float", "simulated", "integers"])
    // A text where the outputs are the same to the bit.
    #expect((verdicts[2]["output_sqnr_db"] as? Double ?? .infinity) > 30)
    let fixed = try work.succeed(
      "model evaluate fashion.onnx q.onnx --data d.npz --integers --requantize fixed-point")
    #expect(fixed.output.contains("by fixed-point"))
    try work.expectFailure(
      "model evaluate fashion.onnx fashion.onnx --data d.npz --integers", 65,
      "has no quantized activations")
    try work.expectFailure(
      "model evaluate fashion.onnx q.onnx --data d.npz --integers --layers", 64, "without --layers")
  }
}
