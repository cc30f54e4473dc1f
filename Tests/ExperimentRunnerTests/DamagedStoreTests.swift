import ExperimentRunner
import Foundation
import ResultRecords
import TensorIO
import Testing

/// Finished cells that were damaged, edited, copied or replaced.
@Suite struct DamagedStoreTests {
  let folder: ManifestFolder

  init() throws { folder = try ManifestFolder() }

  private static let manifest = """
    name: stored
    tensors: [{synthetic: {distribution: gaussian, shape: [6, 8], count: 2}}]
    estimators: [minmax, percentile]
    bits: [4, 8]
    granularities: [tensor, channel:0]

    """

  enum Damage: CaseIterable {
    case flip, truncate, empty, digit, append, copy, swap, delete, folder, fullFolder, pipe, link
    case deadLink, shelf
  }

  private func plan() throws -> ExperimentPlan {
    try ExperimentPlan(folder.load(Self.manifest), outputDirectory: folder.path + "/out")
  }

  private func run() throws -> FinishedExperiment {
    try ExperimentRun(plan(), jobs: 1).run { _ in }
  }

  /// The files of cells and profiles.
  private func files() throws -> [String] {
    try [".cells", ".profiles"].flatMap { store in
      let root = folder.path + "/out/" + store
      return try FileManager.default.subpathsOfDirectory(atPath: root)
        .filter { [62, 64].contains(($0 as NSString).lastPathComponent.utf8.count) }
        .map { root + "/" + $0 }
    }.sorted()
  }

  /// Damages one file; returns those that can be told from kept ones now.
  private func damage(
    _ kind: Damage, _ files: [String], _ random: inout SystemRandomNumberGenerator
  ) throws -> Set<String> {
    let manager = FileManager.default
    let path = try #require(files.randomElement(using: &random))
    let other = try #require(files.filter { $0 != path }.randomElement(using: &random))
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    func write(_ bytes: some Sequence<UInt8>, _ path: String) throws {
      try Data(bytes).write(to: URL(filePath: path))
    }
    switch kind {
    case .flip:
      bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0...7)
      try write(bytes, path)
    case .truncate: try write(bytes.dropLast(.random(in: 1..<bytes.count)), path)
    case .empty: try write([], path)
    case .digit:
      let digits = bytes.indices.filter {
        (UInt8(ascii: "1")...UInt8(ascii: "8")).contains(bytes[$0])
      }
      bytes[try #require(digits.randomElement(using: &random))] += 1
      try write(bytes, path)
    case .append: try write(bytes + [UInt8(ascii: "\n")], path)
    case .copy: try write(try Data(contentsOf: URL(filePath: other)), path)
    case .swap:
      try write(try Data(contentsOf: URL(filePath: other)), path)
      try write(bytes, other)
      return [path, other]
    case .delete:
      try manager.removeItem(atPath: path)
      return []
    case .shelf:
      let shelf = (path as NSString).deletingLastPathComponent
      try manager.removeItem(atPath: shelf)
      try write([1], shelf)
      return Set(files.filter { $0.hasPrefix(shelf + "/") })
    case .folder, .fullFolder, .pipe, .link, .deadLink:
      try manager.removeItem(atPath: path)
      switch kind {
      case .pipe: #expect(mkfifo(path, 0o600) == 0)
      case .link: try manager.createSymbolicLink(atPath: path, withDestinationPath: other)
      case .deadLink: try manager.createSymbolicLink(atPath: path, withDestinationPath: "none")
      default:
        try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
        if kind == .fullFolder { try write([1], path + "/x") }
      }
    }
    return [path]
  }

  @Test("costs the damaged cells only, is counted, and never shows in results")
  func damages() throws {
    let right = try run()
    let (table, profiles) = (ResultTable.text(right.records), right.profiles)
    var random = SystemRandomNumberGenerator()
    for round in 0..<4 * Damage.allCases.count {
      let kind = Damage.allCases[round % Damage.allCases.count]
      let files = try files()
      #expect(files.count == 18)
      let damaged = try damage(kind, files, &random)
      let planned = try plan()
      let found = planned.damage(matching: nil)
      #expect(found.cells + found.profiles == damaged.count, "\(kind)")
      let again = try ExperimentRun(planned, jobs: 2).run { _ in }
      #expect(ResultTable.text(again.records) == table, "\(kind)")
      #expect(again.profiles == profiles, "\(kind)")
      #expect(again.computed <= 8 || kind == .shelf, "\(kind)")
      let rest = try plan().damage(matching: nil)
      #expect(rest.cells + rest.profiles == 0, "\(kind)")
      #expect(try run().computed == 0, "\(kind)")
    }
  }

  @Test("a cell that is sealed but of another combination, or no record, is none")
  func forged() throws {
    let right = try run()
    let table = ResultTable.text(right.records)
    let rows = right.records.map { ResultTable.line($0) }
    for body in [
      "0.5\n\(rows[3])\n", "0.5\n\(rows[3])\n\(rows[3])\n", "0.5\n\(rows[0])x\n", "x\n\(rows[0])\n",
      "0.5\n",
    ] {
      for path in try files().prefix(3) {
        let address = path.split(separator: "/").suffix(2).joined()
        let text = "rangelab \(address)\n\(body)"
        try Data((text + ContentHash.of(text) + "\n").utf8).write(to: URL(filePath: path))
      }
      let planned = try plan()
      // The first body may be where it belongs.
      #expect(planned.damage(matching: nil).cells >= 2, "\(body)")
      #expect(ResultTable.text(try ExperimentRun(planned, jobs: 1).run { _ in }.records) == table)
    }
  }

  @Test("what is done once is charged to all that use it, the longest time it took")
  func sharedTimes() {
    var times = LongestTimes<String>()
    #expect(times.charge(3, for: "sort") == 3)
    #expect(times.charge(0.001, for: "sort") == 3)
    #expect(times.charge(0.002, for: "count") == 0.002)
    #expect(times.charge(4, for: "sort") == 4)
    #expect(times.charge(1, for: "sort") == 4)
  }
}
