import _TestSupport
import Foundation
import Testing

/// Damaged input through the whole program: any answer is right but a crash.
@Suite(.serialized) struct FuzzTests {
  private static let expected: Set<Int32> = [0, 3, 64, 65, 66]
  private static let limit = Duration.seconds(5)

  /// Changes, removes, repeats or inserts bytes at one to four places.
  private func damaged(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: bytes.removeSubrange(place..<min(place + 8, bytes.count))
      case 3: bytes.insert(contentsOf: bytes[place..<min(place + 8, bytes.count)], at: place)
      case 4:
        bytes.insert(
          Array("[]{}:,#-&*\"'\n\t 09e".utf8).randomElement(using: &random) ?? 0, at: place)
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }

  /// Runs `count` damaged files, or as many as the time allows; at least one in ten must be run.
  private func fuzz(
    _ count: Int, seed: UInt64, _ body: (inout SplitMix) throws -> RangeLabProgram.Outcome
  ) throws {
    var random = SplitMix(seed: seed)
    let clock = ContinuousClock()
    let end = clock.now + Self.limit
    var done = 0
    while done < count && (clock.now < end || done < count / 10) {
      let run = try body(&random)
      #expect(Self.expected.contains(run.code), "case \(done): \(run.code) \(run.messages)")
      #expect(run.code == 0 || !run.messages.isEmpty || run.code == 3, "case \(done) is silent")
      done += 1
    }
    print("\(done) of \(count) damaged files in \(clock.now - end + Self.limit)")
  }

  @Test func `damaged manifests are refused or run, and never crash`() throws {
    let work = try Workspace.sample()
    let manifest = Array(
      """
      name: fuzz
      seed: 3
      tensors:
        - file: w.npy
        - synthetic: {distribution: student-t, dof: 3, shape: [4, 6], count: 2}
      estimators:
        - minmax
        - percentile: {p: [99, 99.9]}
      bits: [4, 8]
      schemes: [symmetric, affine, {symmetric: full}]
      granularities: [tensor, {channel: 0}, {group: 4}]
      exclude:
        - {estimator: minmax, granularity: group}
      nonfinite: error

      """.utf8)
    try fuzz(300, seed: 11) { random in
      try work.write(damaged(manifest, &random), to: "fuzz.yaml")
      return try work.run("plan", "fuzz.yaml", "-o", "out")
    }
  }

  @Test func `damaged tensor files are refused or read, and never crash`() throws {
    let work = try Workspace()
    let members = [("a", TensorBytes.ramp(20)), ("b.c", TensorBytes.ramp(7))]
    let originals: [(name: String, bytes: [UInt8])] = [
      ("t.npy", TensorBytes.npy(TensorBytes.ramp(12), shape: [3, 4])),
      ("t.npz", TensorBytes.npz(members)),
      ("t.safetensors", TensorBytes.safetensors(members)), ("t.onnx", TensorBytes.onnx(members)),
    ]
    try fuzz(300, seed: 12) { random in
      let original = originals[Int.random(in: originals.indices, using: &random)]
      try work.write(damaged(original.bytes, &random), to: original.name)
      return try work.run("estimate", original.name, "-e", "minmax", "mse", "-b", "4")
    }
  }
}
