import _TestSupport
import ExperimentRunner
import Foundation
import ResultRecords
import TensorIO
import Testing

/// Finished cells that were damaged, edited, copied or replaced.
@Suite struct DamagedStoreTests {
  let folder: Workspace

  init() throws { folder = try Workspace() }

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

  private var root: String { folder.path + "/out/.segments" }

  /// The segments of the store.
  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root)
      .filter { $0.hasSuffix(".segment") }.sorted().map { root + "/" + $0 }
  }

  /// Lays the lines of all segments into two, each with cells and a profile; each line once, and no half ones.
  private func split() throws {
    let files = try files()
    let found = try files.flatMap { try String(contentsOfFile: $0, encoding: .utf8).lines }
      .filter { ContentHash.of(String($0.dropFirst(65))) == $0.prefix(64) }
    let byAddress = Dictionary(
      found.map { ($0.prefix { $0 != "\t" }.dropFirst(65), $0) }, uniquingKeysWith: { $1 })
    let lines = byAddress.values.sorted()
    let ordered = lines.filter { $0.contains(" profile ") } + lines.filter { $0.contains(" cell ") }
    #expect(ordered.count == 18)
    // The name says which machine has written it; that of another is not merged.
    let name = try #require(files.first?.split(separator: "/").last)
    for path in files { try FileManager.default.removeItem(atPath: path) }
    for half in 0..<2 {
      let own = ordered.enumerated().filter { $0.offset % 2 == half }.map { $0.element + "\n" }
      try Data(own.joined().utf8).write(to: URL(filePath: "\(root)/\(half)\(name)"))
    }
  }

  /// Damages one file.
  private func damage(
    _ kind: Damage, _ files: [String], _ random: inout SystemRandomNumberGenerator
  ) throws {
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
    case .delete:
      try manager.removeItem(atPath: path)
    case .shelf:
      let shelf = (path as NSString).deletingLastPathComponent
      try manager.removeItem(atPath: shelf)
      try write([1], shelf)
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
  }

  @Test("costs the damaged cells only, is counted, and never shows in results")
  func damages() throws {
    let right = try run()
    let (table, profiles) = (ResultTable.text(right.records), right.profiles)
    var random = SystemRandomNumberGenerator()
    for round in 0..<4 * Damage.allCases.count {
      let kind = Damage.allCases[round % Damage.allCases.count]
      try split()
      try damage(kind, files(), &random)
      let planned = try plan()
      let found = planned.damage(matching: nil)
      let again = try ExperimentRun(planned, jobs: 2).run { _ in }
      switch kind {
      // Whoever cuts a file at the end of a line leaves no trace, as one who takes it away.
      case .flip, .truncate: #expect(found.cells <= again.computed, "\(kind)")
      case .digit: #expect(found.cells + found.profiles == 1, "\(kind)")
      // Lines belong to no file, so that nothing is wrong with a copy.
      case .append, .swap, .copy, .empty, .delete:
        #expect(found.cells + found.profiles == 0, "\(kind)")
      default: #expect(found.cells == again.computed && found.profiles > 0, "\(kind)")
      }
      // A line end that is another byte makes one line of two.
      let most = [.append: 0, .swap: 0, .digit: 1, .flip: 2, .shelf: 16][kind] ?? 9
      #expect(again.computed <= most, "\(kind)")
      #expect(ResultTable.text(again.records) == table, "\(kind)")
      #expect(again.profiles == profiles, "\(kind)")
      let rest = try plan().damage(matching: nil)
      #expect(rest.cells + rest.profiles == 0, "\(kind)")
      #expect(try run().computed == 0, "\(kind)")
      if kind == .digit { #expect(try files().count == 1, "damaged lines are dropped") }
    }
  }

  /// The lines of a file of cells without their seals.
  private func lines(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      .map { String($0.dropFirst(65)) }
  }

  /// Writes lines as they are kept.
  private func keep(_ lines: [String], _ path: String) throws {
    let sealed = lines.map { "\(ContentHash.of($0)) \($0)\n" }.joined()
    try Data(sealed.utf8).write(to: URL(filePath: path))
  }

  /// The only segment, with its lines: profiles first.
  private func only() throws -> (path: String, profiles: [String], cells: [String]) {
    let path = try #require(try files().first)
    #expect(try files().count == 1)
    let all = try lines(path)
    return (path, all.filter { $0.hasPrefix("profile ") }, all.filter { $0.hasPrefix("cell ") })
  }

  @Test("a cell that is sealed but of another combination, or no record, costs itself only")
  func forged() throws {
    let right = try run()
    let table = ResultTable.text(right.records)
    let (_, profiles, kept) = try only()
    #expect(kept.count == 16 && profiles.count == 2)
    let address = try #require(kept[2].split(separator: "\t").first)
    let row = try #require(kept[3].split(separator: "\t").last)
    let origin = kept[2].split(separator: "\t")[1]
    for line in [
      "\(address)\t\(origin)\t0.5\t\(row)", "\(address)\t\(origin)\t0.5\tgarbage",
      "\(address)\t\(origin)\tx\t\(row)", "\(address)\t\(origin)\t0.5\t", "\"", "x\ty\t1\tz",
      kept[2] + "\\n" + row, "\(address)", String(address.dropFirst(5)),
    ] {
      var forged = kept
      forged[2] = line
      try keep(profiles + forged, only().path)
      let planned = try plan()
      #expect(planned.damage(matching: nil).cells == 1, "\(line)")
      #expect(
        planned.reasons(for: planned.cells.filter { !planned.isFinished($0) })
          == "1 again: damaged (1)")
      let again = try ExperimentRun(planned, jobs: 1).run { _ in }
      #expect(again.computed == 1 && ResultTable.text(again.records) == table, "\(line)")
      #expect(try only().cells.count == 16, "what nobody can use has gone")
    }
  }

  @Test("half a line that a killed run left is skipped, and no damage")
  func torn() throws {
    let table = ResultTable.text(try run().records)
    let (path, profiles, cells) = try only()
    try keep(profiles + cells, path)
    let whole = [UInt8](try Data(contentsOf: URL(filePath: path)))
    for cut in [1, 40, 200] {
      try Data(whole.dropLast(cut)).write(to: URL(filePath: path))
      let planned = try plan()
      #expect(planned.damage(matching: nil).cells == 0)
      let again = try ExperimentRun(planned, jobs: 1).run { _ in }
      #expect(again.computed == 1 && ResultTable.text(again.records) == table)
      #expect(try run().computed == 0 && plan().damage(matching: nil).cells == 0)
      for other in try files() where other != path {
        try FileManager.default.removeItem(atPath: other)
      }
    }
  }

  @Test("a plan says what has changed of cells that are there, and the last four of each stay")
  func reasons() throws {
    _ = try run()
    let (path, profiles, kept) = try only()
    func earlier(_ part: Int, _ text: String) throws -> [String] {
      try kept.map { line in
        var fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        var parts = fields[1].split(separator: " ").map(String.init)
        parts[part] = text
        let key = try ResultTable.record(inLine: fields[3]).key
        fields[0] =
          "cell "
          + ContentHash.of(
            (parts + ["cell"] + ResultTable.keyCells(key)).map { "\($0.utf8.count) \($0)" }
              .joined(separator: "\n"))
        fields[1] = parts.joined(separator: " ")
        return fields.joined(separator: "\t")
      }
    }
    for (part, why) in [
      (1, "another seed (16)"), (2, "synthetic tensors have a new revision (16)"),
      (4, "nonfinite is another (16)"), (5, "what measures has a new revision (16)"),
      (6, "minmax has a new revision (8), percentile has a new revision (8)"),
    ] {
      try keep(try profiles + earlier(part, "x"), path)
      let planned = try plan()
      let pending = planned.cells.filter { !planned.isFinished($0) }
      #expect(planned.reasons(for: pending) == "16 again: \(why)")
    }
    try keep(try profiles + (0..<6).flatMap { try earlier(6, "x\($0)") } + kept, path)
    let again = try run()
    #expect(try again.computed == 0 && only().cells.count == 64)
    #expect(try run().computed == 0)
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

extension String {
  fileprivate var lines: [String] { split(separator: "\n").map(String.init) }
}
