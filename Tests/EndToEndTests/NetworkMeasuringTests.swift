import _TestSupport
import Foundation
import Testing

/// The verbs that say where the error of a network comes from: the same bytes for any number of threads.
@Suite(
  "What tensors cost a network",
  .enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
struct NetworkMeasuringTests {
  private let work: Workspace

  init() throws {
    work = try .networks("fashion", images: 10, seed: 5)
  }

  /// The output of a command line that must succeed, and the bytes of files that it writes; with one
  /// thread and with two, which must be the same.
  private func same(_ line: String, writing files: [String]) throws -> (
    output: String, files: [String: [UInt8]]
  ) {
    var found: [(output: String, files: [String: [UInt8]])] = []
    for jobs in ["1", "2"] {
      for file in files { try? FileManager.default.removeItem(atPath: work.path(file)) }
      let words = line.split(separator: " ").map(String.init) + ["-j", jobs]
      let run = try RangeLabProgram.run(words, in: work.path)
      try #require(run.code == 0, "\(line) -j \(jobs): \(run.messages)")
      found.append(
        (
          run.output,
          Dictionary(uniqueKeysWithValues: try files.map { ($0, try work.bytes($0)) })
        ))
    }
    #expect(found[0].output == found[1].output)
    for file in files {
      #expect(found[0].files[file] == found[1].files[file], "\(file)")
      #expect(found[0].files[file]?.isEmpty == false)
    }
    return found[0]
  }

  @Test func `sensitivity ranks every tensor at every width`() throws {
    let found = try same(
      "model sensitivity fashion.onnx --data d.npz --bits 8 3 --format json --figure s.svg",
      writing: ["s.svg"])
    let document = try jsonObject(found.output)
    #expect(document["samples"] as? Int == 10 && document["bits"] as? [Int] == [8, 3])
    let rows = try #require(document["tensors"] as? [[String: Any]])
    // 8 weights and 8 activations, each at two widths.
    #expect(rows.count == 32 && Set(rows.compactMap { $0["rank"] as? Int }) == Set(1...16))
    #expect(Set(rows.compactMap { $0["kind"] as? String }) == ["weight", "activation"])
    let first = rows.filter { $0["bits"] as? Int == 8 }.compactMap { $0["output_mse"] as? Double }
    #expect(first.count == 16 && first == first.sorted(by: >), "by the error at the first width")
    for rank in 1...16 {
      let errors = rows.filter { $0["rank"] as? Int == rank }.compactMap {
        $0["output_mse"] as? Double
      }
      #expect(errors.count == 2 && errors[0] < errors[1], "fewer bits cost more")
    }
    #expect(try work.text("s.svg").contains("What each tensor of fashion.onnx costs the output"))
    for (format, start) in [("csv", "rank,tensor,"), ("text", "| ")] {
      let run = try same(
        "model sensitivity fashion.onnx --data d.npz --bits 8 3 --format \(format)", writing: [])
      #expect(run.output.contains(start), "\(format): \(run.output.prefix(80))")
    }
  }

  @Test func `layers have their own error and what arrives`() throws {
    let quantize = try work.run(
      "model", "quantize", "fashion.onnx", "--data", "d.npz", "-o", "q.onnx")
    try #require(quantize.code == 0, "\(quantize.messages)")
    let found = try same(
      "model evaluate fashion.onnx q.onnx --data d.npz --layers --format json --figure l.svg",
      writing: ["l.svg"])
    let document = try jsonObject(found.output)
    let model = try #require((document["models"] as? [[String: Any]])?.first)
    let rows = try #require(model["tensors"] as? [[String: Any]])
    let kinds = Dictionary(grouping: rows) { $0["kind"] as? String ?? "" }.mapValues(\.count)
    #expect(kinds == ["weight": 8, "activation": 8, "output": 1])
    let depths = rows.compactMap { $0["depth"] as? Int }
    #expect(depths == depths.sorted() && depths.first == 0)
    // Nothing comes before the input: what arrives there is its own error.
    let input = try #require(rows.first { $0["tensor"] as? String == "image" })
    #expect(input["carried_mse"] as? Double == 0)
    let (own, arrived) = (input["local_mse"] as? Double ?? 0, input["arrived_mse"] as? Double ?? 1)
    #expect(abs(own / arrived - 1) < 1e-6 && own > 0)
    // The output is that of an evaluation.
    let evaluation = try jsonObject(
      work.run("model", "evaluate", "fashion.onnx", "q.onnx", "--data", "d.npz", "--format", "json")
        .output)
    let judged = try #require((evaluation["models"] as? [[String: Any]])?.first)
    let error = try #require(judged["output_mse"] as? Double)
    let last = try #require(
      rows.last { $0["kind"] as? String == "output" }?["arrived_mse"] as? Double)
    // The same outputs, of sums in another order.
    #expect(abs(last / error - 1) < 1e-3)
    #expect(try work.text("l.svg").contains("Error through the network"))
  }

  @Test(arguments: ["static", "weights"])
  func `a budget of bits gives each weight a width, and is kept`(_ mode: String) throws {
    let found = try same(
      "model quantize fashion.onnx --data d.npz --mode \(mode) --bits-budget 4.5 -o b.onnx --figure b.svg",
      writing: ["b.onnx", "b.svg"])
    #expect(found.output.contains("4.5") || found.output.contains("4.4"), "\(found.output)")
    #expect(try work.text("b.svg").contains("Mixed widths for the weights of fashion.onnx"))
    let evaluation = try work.run(
      "model", "evaluate", "fashion.onnx", "b.onnx", "--data", "d.npz", "--layers", "--format",
      "json")
    try #require(evaluation.code == 0, "\(evaluation.messages)")
    let model = try #require(
      (try jsonObject(evaluation.output)["models"] as? [[String: Any]])?.first)
    let rows = try #require(model["tensors"] as? [[String: Any]])
    #expect(rows.count { $0["kind"] as? String == "weight" } == 8)
    // More bits never cost the budget more than it is: 8 bits for all is 8, 2 bits for all is 2.
    for (budget, message) in [("1", "--bits-budget"), ("9", "--bits-budget")] {
      let run = try work.run(
        "model", "quantize", "fashion.onnx", "--data", "d.npz", "--bits-budget", budget, "-o",
        "c.onnx")
      #expect(run.code == 64 && run.messages.contains(message) && !work.exists("c.onnx"))
    }
  }
}
