import _TestSupport
import ExperimentRunner
import Foundation
import ResultRecords
import Testing

/// What segments say of the machines that wrote them.
@Suite struct SegmentMachineTests {
  let folder: Workspace

  init() throws { folder = try Workspace() }

  private static let manifest = """
    name: machines
    tensors: [{synthetic: {distribution: gaussian, shape: [4, 16], count: 8}}]
    estimators: [minmax, mse]
    bits: [4]

    """

  private func plan(_ part: PartRequest? = nil) throws -> ExperimentPlan {
    try ExperimentPlan(
      folder.load(Self.manifest), outputDirectory: folder.path("out"), part: part)
  }

  /// Computes shards; the paths of their segments.
  private func compute(_ count: Int) throws -> [String] {
    for index in 1...count {
      _ = try ExperimentRun(plan(.shard(index: index, count: count)), jobs: 1).run { _ in }
    }
    return try segments()
  }

  private func segments() throws -> [String] {
    try folder.names(in: "out/.segments").map { "out/.segments/" + $0 }
  }

  private func lines(_ segment: String) throws -> [String] {
    try folder.text(segment).split(separator: "\n").map(String.init)
  }

  /// Puts a line with a valid seal in place of the first of a segment.
  private func replaceHeader(of segment: String, by body: String?) throws {
    let header = body.map { ["\(ContentHash.of($0)) \($0)"] } ?? []
    let text = (header + (try lines(segment)).dropFirst()).map { $0 + "\n" }.joined()
    try folder.write(text, to: segment)
  }

  private static let other = "machine node7\tcpu\tglibc 2.31\t2.6"

  @Test("a segment begins with host, processor, and the versions of libm and GSL, once")
  func header() throws {
    for segment in try compute(2) {
      let lines = try lines(segment)
      let texts = lines[0].split(separator: "\t").map(String.init)
      #expect(texts.count == 4 && texts[0].dropFirst(65).hasPrefix("machine "))
      #expect(lines[0].prefix(64) == ContentHash.of(String(lines[0].dropFirst(65))))
      #expect(texts[2].hasPrefix("glibc 2."), "\(texts)")
      #expect(texts[3].first?.isNumber == true && texts[3].contains("."), "\(texts)")
      #expect(lines.count { $0.dropFirst(65).hasPrefix("machine ") } == 1)
    }
    #expect(try Assembly(plan()).mixedLibraries == nil)
  }

  @Test("other versions of libm or GSL are told with their hosts, and the results are all there")
  func mixed() throws {
    let segment = try compute(2)[1]
    let cells = try lines(segment).count { $0.dropFirst(65).hasPrefix("cell ") }
    try replaceHeader(of: segment, by: Self.other)
    let assembly = Assembly(try plan())
    #expect(assembly.missing.isEmpty && (1..<16).contains(cells))
    let warning = try #require(assembly.mixedLibraries)
    #expect(warning.contains("glibc 2.31 and GSL 2.6 on node7 (\(cells) cells)"), "\(warning)")
    #expect(warning.contains("(\(16 - cells) cells)") && !warning.contains("\n"), "\(warning)")
  }

  @Test(
    "another host or processor is no reason for a warning, nor is a segment that does not say",
    arguments: [nil, "machine node7\tcpu\t", "machine"])
  func notMixed(_ start: String?) throws {
    let segment = try compute(2)[1]
    let libraries = try lines(segment)[0].split(separator: "\t").suffix(2)
      .joined(separator: "\t")
    try replaceHeader(of: segment, by: start.map { $0.hasSuffix("\t") ? $0 + libraries : $0 })
    let assembly = Assembly(try plan())
    #expect(assembly.missing.isEmpty && assembly.mixedLibraries == nil)
  }

  @Test("merging keeps what computed which line")
  func merged() throws {
    let all = try compute(8)
    try replaceHeader(of: all[3], by: Self.other)
    try replaceHeader(of: all[5], by: nil)
    let before = Assembly(try plan()).mixedLibraries
    #expect(before != nil)
    // A run of a whole plan merges eight segments; nothing is computed.
    _ = try ExperimentRun(plan(), jobs: 1).run { _ in }
    #expect(try segments().count == 1)
    let assembly = Assembly(try plan())
    #expect(assembly.missing.isEmpty && assembly.mixedLibraries == before)
    // Here, there, here, unknown, here.
    let headers = try lines(segments()[0]).filter { $0.dropFirst(65).hasPrefix("machine ") }
    #expect(headers.count == 5)
  }
}
