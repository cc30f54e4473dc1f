import NetworkEvaluation
import NetworkRuntime
import Testing
import _TestSupport

@Suite("Samples in memory")
struct SampleTableTests {
  private let work: Workspace

  init() throws { work = try Workspace() }

  @Test func `batches in any order have the numbers of the samples`() throws {
    let path = try work.npz(
      "d.npz",
      [
        SampleArray("x", "|u1", [3, 2], [1, 2, 3, 4, 5, 6]),
        SampleArray("z", "<i8", [3], integers: [7, 8, 9], size: 8),
        SampleArray("labels", "|u1", [3], [2, 0, 1]),
      ])
    let ports = [Port.input("x", [nil, 2]), Port.input("z", [nil], .int64)]
    let table = try SampleTable(
      try SampleSet(path: path, for: ports, normalization: Normalization(scale: 2, offset: 1)))
    #expect(table.count == 3 && table.labels == [2, 0, 1])
    let batch = try table.batch([2, 0, 2])
    #expect(try batch["x"]?.floats == [11, 13, 3, 5, 11, 13] && batch["x"]?.shape == [3, 2])
    #expect(batch["z"]?.elements(Int64.self) == [9, 7, 9] && batch["z"]?.shape == [3])
    #expect(try table.batch([])["x"]?.shape == [0, 2])
    let first = try SampleTable(try SampleSet(path: path, for: ports).prefix(2))
    #expect(first.count == 2 && first.labels == [2, 0])
  }

  @Test func `images and labels of IDX files get their axis of channels`() throws {
    let images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]
    try work.write(images, to: "train-images-idx3-ubyte")
    try work.write([0, 0, 8, 1, 0, 0, 0, 2, 9, 4], to: "train-labels-idx1-ubyte")
    let port = Port.input("image", [nil, 1, 1, 3])
    let set = try SampleSet(path: work.path("train"), for: [port])
    #expect(set.count == 2 && set.labels == [9, 4])
    var seen: [[Float]] = []
    try set.forEachBatch(of: 1) { _, inputs in
      #expect(inputs["image"]?.shape == [1, 1, 1, 3])
      seen.append(try inputs["image"]?.floats ?? [])
    }
    #expect(seen == [[1, 2, 3], [4, 5, 6]])
    #expect(try SampleTable(set).batch([1])["image"]?.floats == [4, 5, 6])
    #expect(throws: NetworkDataError.self) {
      try SampleSet(path: work.path("train"), for: [.input("image", [nil, 3, 1, 3])])
    }
    // A model that takes rows of pixels is given no other shape than the file has.
    #expect(throws: NetworkDataError.self) {
      try SampleSet(path: work.path("train"), for: [.input("image", [nil, 3])])
    }
  }
}
