import _TestSupport
import Foundation
import TensorIO
import Testing

@Suite("Streaming")
struct StreamingTests {
  private static let batch = TensorFile.batchElements

  @Test(
    "every batch is full but the last",
    arguments: [1, batch - 1, batch, batch + 1, 2 * batch + 7])
  func batchSizes(count: Int) throws {
    let directory = try Workspace()
    let values = (0..<count).map(Float.init)
    let archive = zip([ZipMember(name: "b.npy", content: npy(values))])
    for path in [
      try directory.file("b.npy", npy(values)), try directory.file("b.npz", archive),
    ] {
      var sizes: [Int] = []
      var isEqual = true
      try openOne(path).forEachBatch(nonFinite: .error) { batch in
        let start = sizes.reduce(0, +)
        let expected = values[start..<start + batch.count]
        let matches = batch.withUnsafeBufferPointer { $0.elementsEqual(expected) }
        isEqual = isEqual && matches
        sizes.append(batch.count)
      }
      #expect(isEqual)
      #expect(sizes.dropLast().allSatisfy { $0 == Self.batch })
      #expect(sizes.reduce(0, +) == count)
      #expect(sizes.count == (count + Self.batch - 1) / Self.batch)
    }
  }

  @Test("what the consumer throws ends the reading and comes out")
  func consumerError() throws {
    struct Enough: Error {}
    let directory = try Workspace()
    let tensor = try openOne(
      try directory.file("b.npy", npy([Float](repeating: 0, count: Self.batch + 1))))
    var calls = 0
    #expect(throws: Enough.self) {
      try tensor.forEachBatch(nonFinite: .error) { _ in
        calls += 1
        throw Enough()
      }
    }
    #expect(calls == 1)
  }

  @Test("a tensor can be read twice, but not after its file has been replaced")
  func twice() throws {
    let directory = try Workspace()
    let path = try directory.file("b.npy", npy([1, 2]))
    let tensor = try openOne(path)
    for _ in 0..<2 { #expect(try tensor.load(nonFinite: .error).values == [1, 2]) }
    try writeAtomically(try contents(path), to: path)
    #expect(
      throws: TensorFileError.malformed(
        name: "b.npy",
        reason: "has changed while it was in use; expected a file that nobody writes to"),
      performing: { _ = try tensor.load(nonFinite: .error) })
    try FileManager.default.removeItem(atPath: path)
    let error = try #require(throws: TensorFileError.self) {
      _ = try tensor.load(nonFinite: .error)
    }
    #expect(error.isMissingFile)
  }

  @Test("a file that is written to while it is read is an error", arguments: ["npy", "npz"])
  func writing(kind: String) throws {
    let directory = try Workspace()
    let content = npy([1, 2])
    let isArchive = kind == "npz"
    let archive = zip([ZipMember(name: "a.npy", content: content, isDeflated: true)])
    let path = try directory.file("b." + kind, isArchive ? archive : content)
    let tensor = try openOne(path)
    Thread.sleep(forTimeInterval: 0.05)
    let error = try #require(throws: TensorFileError.self) {
      try tensor.forEachBatch(nonFinite: .error) { _ in
        _ = try directory.file("b." + kind, isArchive ? archive : content)
      }
    }
    #expect(error.description.contains("has changed while it was in use"))
  }

  @Test("a file that shrinks after opening is an error, not a crash")
  func shrinking() throws {
    let directory = try Workspace()
    let path = try directory.file("b.npy", npy([1, 2, 3, 4]))
    let tensor = try openOne(path)
    let size = try contents(path).count
    try extend(path, to: size - 8)
    let error = try #require(throws: TensorFileError.self) {
      _ = try tensor.load(nonFinite: .error)
    }
    #expect(
      error.description
        == "b.npy: has changed while it was in use; expected a file that nobody writes to")
  }

  @Test("memory that no machine has is refused, not attempted")
  func outOfMemory() throws {
    let error = try #require(throws: TensorFileError.self) {
      try requireMemory(bytes: 1 << 60, name: "h.npz#w")
    }
    #expect(
      error.description
        == "h.npz#w: needs 1152921504606846976 bytes of memory, more than the system grants")
    #expect(throws: Never.self) { try requireMemory(bytes: 1 << 20, name: "h.npz#w") }
  }
}

@Suite("Non-finite values")
struct NonFiniteTests {
  private static let batch = TensorFile.batchElements

  @Test("one is named with its index, several with their number and the first")
  func messages() throws {
    #expect(
      try failure(of: npy([1, 2, .nan]))
        == "x.npy: 1 non-finite value (NaN or infinity), at index 2; expected finite values")
    #expect(
      try failure(of: npy([1, -.infinity, .nan, 3, .signalingNaN, .greatestFiniteMagnitude]))
        == "x.npy: 3 non-finite values (NaN or infinity), the first at index 1; "
        + "expected finite values")
    let archive = zip([ZipMember(name: "fc1.npy", content: npy([.infinity]))])
    #expect(
      try failure(of: archive, as: "weights.npz")
        == "weights.npz#fc1: 1 non-finite value (NaN or infinity), at index 0; "
        + "expected finite values")
  }

  @Test("counting goes on to the end while delivery stops before the first")
  func delivery() throws {
    let directory = try Workspace()
    var values = [Float](repeating: 1, count: 3 * Self.batch)
    values[Self.batch + 5] = .nan
    values[3 * Self.batch - 1] = .infinity
    let tensor = try openOne(try directory.file("d.npy", npy(values)))
    var delivered = 0
    let error = try #require(throws: TensorFileError.self) {
      try tensor.forEachBatch(nonFinite: .error) { delivered += $0.count }
    }
    #expect(error == .nonFinite(name: "d.npy", count: 2, firstIndex: Self.batch + 5))
    #expect(delivered == Self.batch)
  }

  @Test("skipping delivers them as they are", arguments: ["<f2", "<f4", "<f8"])
  func skipping(type: String) throws {
    let directory = try Workspace()
    let data =
      switch type {
      case "<f2": bytes([0x7E00, 0x7C00, 0xFC00, 0x3C00] as [UInt16])
      case "<f4": float32([.nan, .infinity, -.infinity, 1])
      default: float64([.nan, .infinity, -.infinity, 1])
      }
    let path = try directory.file("s.npy", npy(type, shape: "(4,)", data: data))
    let values = try readAll(path, nonFinite: .skip)[0].values
    #expect(values[0].isNaN)
    #expect(Array(values[1...]) == [.infinity, -.infinity, 1])
    #expect(
      try failure(path).contains("3 non-finite values (NaN or infinity), the first at index 0"))
  }

  @Test("in a Fortran array the first is the first in C order")
  func fortran() throws {
    // Columns are (1, NaN), (2, 5), (inf, 6).
    let data = float32([1, .nan, 2, 5, .infinity, 6])
    let file = npy("<f4", shape: "(2, 3)", data: data, fortran: true)
    #expect(
      try failure(of: file).contains("2 non-finite values (NaN or infinity), the first at index 2"))
    let directory = try Workspace()
    let tensor = try openOne(try directory.file("f.npy", file))
    #expect(throws: TensorFileError.nonFinite(name: "f.npy", count: 2, firstIndex: 2)) {
      try tensor.forEachBatch(nonFinite: .error) { _ in Issue.record("delivered") }
    }
  }
}
