import NetworkEvaluation
import NetworkRuntime
import Testing
import _TestSupport

@Suite("Samples of a model")
struct SampleSetTests {
  private let work: Workspace

  init() throws { work = try Workspace() }

  private func fault(_ arrays: [SampleArray], _ ports: [Port]) -> String {
    do {
      let set = try SampleSet(path: try work.npz("d.npz", arrays), for: ports)
      return "\(set.count) samples"
    } catch let error as NetworkDataError {
      #expect(!error.description.contains("\n"))
      return error.description
    } catch {
      return "another error: \(error)"
    }
  }

  private let six = SampleArray("x", [3, 2], [1, 2, 3, 4, 5, 6])

  @Test func `inputs that are missing, and names that nobody has`() {
    let ports = [Port.input("x", [nil, 2]), Port.input("z", [nil, 2])]
    #expect(fault([six], ports) == "d.npz: the input 'z' has no array; found x")
    #expect(fault([], [.input("x", [nil])]).contains("no array"))
    // The only array serves the only input, whatever its name; not where there are two.
    #expect(fault([six], [.input("other", [nil, 2])]) == "3 samples")
    let seven = SampleArray("b", [3, 2], [1, 2, 3, 4, 5, 6])
    #expect(
      fault([six, seven], [.input("other", [nil, 2])])
        == "d.npz: the input 'other' has no array; found x, b")
    #expect(fault([six], []) == "d.npz: the model has no inputs")
  }

  @Test func `shapes that the model does not take`() {
    #expect(
      fault([six], [.input("x", [nil, 2, 2])])
        == "d.npz: the input 'x' has an array of the shape [3, 2]; expected [?, 2, 2]")
    #expect(fault([six], [.input("x", [nil, 3])]).contains("shape [3, 2]; expected [?, 3]"))
    #expect(fault([six], [.input("x", [nil, nil])]) == "3 samples")
    #expect(fault([six], [.input("x", [])]) == "3 samples")
    #expect(
      fault([SampleArray("x", [], [1])], [.input("x", [])])
        == "d.npz: the model has no inputs with samples")
    #expect(
      fault([SampleArray("x", [0, 2], [])], [.input("x", [nil, 2])]).contains("shape [0, 2]"))
    #expect(
      fault([six], [.input("x", [2, 2])])
        == "d.npz: the input 'x' has 3 samples; expected a multiple of 2, which it takes")
    #expect(fault([six], [.input("x", [3, 2])]) == "3 samples")
    let ids = SampleArray("z", "<i8", [2], integers: [1, 2], size: 8)
    #expect(
      fault([six, ids], [.input("x", [nil, 2]), .input("z", [nil], .int64)])
        == "d.npz: the input 'z' has 2 samples; expected 3, as 'x'")
  }

  @Test func `types that cannot become those of the model`() {
    #expect(
      fault([six], [.input("x", [nil, 2], .int64)])
        == "d.npz: the input 'x' is int64; found an array of float32")
    let bytes = SampleArray("x", "|u1", [3, 1], [1, 2, 3])
    for (type, isFine) in [
      (RuntimeElementType.float32, true), (.int64, true), (.int32, true), (.uint8, true),
      (.int8, false), (.float16, false), (.bool, false), (.string, false), (.float64, false),
    ] {
      let said = fault([bytes], [.input("x", [nil, 1], type)])
      #expect(
        said == (isFine ? "3 samples" : "d.npz: the input 'x' is \(type); found an array of uint8"))
    }
  }

  @Test func `labels of another length, or that are no whole numbers`() throws {
    let ports = [Port.input("x", [nil, 2])]
    let short = SampleArray("labels", "<i8", [2], integers: [0, 1], size: 8)
    #expect(
      fault([six, short], ports)
        == "d.npz: the labels have the shape [2]; expected [3], one for each sample")
    let floats = SampleArray("labels", [3], [0, 1, 2])
    #expect(fault([six, floats], ports) == "d.npz: the labels are float32; expected whole numbers")
    let matrix = SampleArray("labels", "<i4", [3, 2], integers: [0, 1, 2, 3, 4, 5], size: 4)
    #expect(fault([six, matrix], ports).contains("shape [3, 2]; expected [3]"))
    for (type, shape, size) in [("<i8", [3], 8), ("|u1", [3, 1], 1), ("<i4", [3], 4)] {
      let labels = SampleArray("labels", type, shape, integers: [2, 0, 1], size: size)
      let set = try SampleSet(path: try work.npz("l.npz", [labels, six]), for: ports)
      #expect(set.labels == [2, 0, 1] && set.count == 3)
    }
    #expect(try SampleSet(path: try work.npz("n.npz", [six]), for: ports).labels == nil)
    // An input of that name is no list of labels.
    let own = try SampleSet(
      path: try work.npz("o.npz", [SampleArray("labels", [3], [1, 2, 3])]),
      for: [.input("labels", [nil])])
    #expect(own.labels == nil && own.count == 3)
  }

  /// The values of an input, batch by batch.
  private func batches(
    _ array: SampleArray, _ port: Port, of size: Int, _ normalization: Normalization? = nil,
    limit: Int? = nil
  ) throws -> [(first: Int, value: RuntimeValue)] {
    let set = try SampleSet(
      path: try work.npz("b.npz", [array]), for: [port], normalization: normalization)
    var found: [(first: Int, value: RuntimeValue)] = []
    try set.forEachBatch(of: size, limit: limit) { first, inputs in
      found.append((first, try #require(inputs[port.name])))
    }
    return found
  }

  @Test func `bytes become Floats, with the factor and what is added`() throws {
    let bytes = SampleArray("x", "|u1", [2, 2], [0, 1, 128, 255])
    let plain = try batches(bytes, .input("x", [nil, 2]), of: 2)
    #expect(try plain[0].value.floats == [0, 1, 128, 255])
    let halves = Normalization(scale: 0.5, offset: -1)
    let found = try batches(bytes, .input("x", [nil, 2]), of: 2, halves)
    #expect(try found[0].value.floats == [-1, -0.5, 63, 126.5])
    // Floats are normalized too; numbers that stay whole are not.
    let floats = SampleArray("x", [2, 2], [2, 4, 6, 8])
    #expect(
      try batches(floats, .input("x", [nil, 2]), of: 2, halves)[0].value.floats == [0, 1, 2, 3])
    let kept = try batches(bytes, .input("x", [nil, 2], .uint8), of: 2, halves)
    #expect(kept[0].value.elements(UInt8.self) == [0, 1, 128, 255])
    let half = SampleArray("x", "<f2", [3, 1], integers: [0x3C00, 0xC100, 1], size: 2)
    #expect(try batches(half, .input("x", [nil, 1]), of: 3)[0].value.floats == [1, -2.5, 0x1p-24])
    let double = SampleArray(
      "x", "<f8", [1, 1], integers: [Int(bitPattern: UInt((0.1).bitPattern))], size: 8)
    #expect(try batches(double, .input("x", [nil, 1]), of: 1)[0].value.floats == [0.1])
  }

  @Test func `whole numbers become those of the model`() throws {
    let narrow = SampleArray("x", "<i4", [3, 1], integers: [-5, 0, Int(Int32.max)], size: 4)
    let wide = try batches(narrow, .input("x", [nil, 1], .int64), of: 3)
    #expect(wide[0].value.elements(Int64.self) == [-5, 0, Int64(Int32.max)])
    let long = SampleArray("x", "<i8", [3, 1], integers: [-5, 7, Int.max], size: 8)
    let clamped = try batches(long, .input("x", [nil, 1], .int32), of: 3)
    #expect(clamped[0].value.elements(Int32.self) == [-5, 7, .max])
    let words = SampleArray("x", "<u2", [2, 1], integers: [0, 65535], size: 2)
    #expect(try batches(words, .input("x", [nil, 1]), of: 2)[0].value.floats == [0, 65535])
  }

  @Test func `batches in order, the last one short`() throws {
    let five = SampleArray("x", [5, 1], [1, 2, 3, 4, 5])
    let found = try batches(five, .input("x", [nil, 1]), of: 2)
    #expect(found.map(\.first) == [0, 2, 4])
    #expect(found.map(\.value.shape) == [[2, 1], [2, 1], [1, 1]])
    #expect(try found.flatMap { try $0.value.floats } == [1, 2, 3, 4, 5])
    #expect(try batches(five, .input("x", [nil, 1]), of: 9).map(\.value.shape) == [[5, 1]])
    #expect(
      try batches(five, .input("x", [nil, 1]), of: 2, limit: 3).map(\.value.shape) == [
        [2, 1], [1, 1],
      ])
    // A model that takes one at a time gets one at a time.
    let single = try batches(five, .input("x", [1, 1]), of: 4)
    #expect(
      single.map(\.first) == [0, 1, 2, 3, 4] && single.allSatisfy { $0.value.shape == [1, 1] })
    #expect(
      try SampleSet(path: work.path("b.npz"), for: [.input("x", [1, 1])]).fixedBatch == 1)
  }

  @Test func `an array alone serves a model of one input`() throws {
    try work.write(TensorBytes.npy([1, 2, 3, 4], shape: [2, 2]), to: "a.npy")
    let set = try SampleSet(path: work.path("a.npy"), for: [.input("whatever", [nil, 2])])
    #expect(set.count == 2 && set.labels == nil)
    #expect(throws: (any Error).self) {
      try SampleSet(path: work.path("none.npz"), for: [.input("x", [nil])])
    }
  }

  @Test func `inputs that do not depend on the sample are the same in every batch`() throws {
    let state = SampleArray("state", [2, 1, 1], [7, 8])
    let rate = SampleArray("rate", "<i8", [], integers: [16000], size: 8)
    let arrays = [state, SampleArray("x", [3, 1], [1, 2, 3]), rate]
    let set = try SampleSet(
      path: try work.npz("s.npz", arrays),
      for: [.input("state", [2, nil, 1]), .input("x", [nil, 1]), .input("rate", [], .int64)])
    #expect(set.count == 3)
    #expect(set.fixedBatch == nil)
    var seen: [[Float]] = []
    try set.forEachBatch(of: 1) { _, inputs in
      seen.append(try #require(inputs["x"]).floats + #require(inputs["state"]).floats)
      #expect(inputs["state"]?.shape == [2, 1, 1])
      #expect(inputs["rate"]?.shape == [])
      #expect(inputs["rate"]?.elements(Int64.self) == [16000])
    }
    #expect(seen == [[1, 7, 8], [2, 7, 8], [3, 7, 8]])
    // A model that takes one sample at once, with a first state of fixed shape.
    let single = try SampleSet(
      path: work.path("s.npz"),
      for: [.input("x", [1, 1]), .input("state", [2, 1, 1]), .input("rate", [], .int64)])
    #expect(single.count == 3 && single.fixedBatch == 1)
  }

  @Test func `an array of another length than the samples is no constant`() throws {
    let arrays = [SampleArray("x", [4, 1], [1, 2, 3, 4]), SampleArray("y", [2, 1], [5, 6])]
    let path = try work.npz("w.npz", arrays)
    for ports in [
      [Port.input("x", [nil, 1]), .input("y", [nil, 1])],
      [.input("x", [2, 1]), .input("y", [2, 1])],
    ] {
      let error = #expect(throws: NetworkDataError.self) { try SampleSet(path: path, for: ports) }
      #expect(error?.description == "w.npz: the input 'y' has 2 samples; expected 4, as 'x'")
    }
  }
}
