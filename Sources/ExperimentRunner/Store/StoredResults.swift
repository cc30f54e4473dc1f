internal import Foundation
internal import ResultRecords
internal import TensorIO

/// The stored results of the cells, profiles and rows of networks that somebody wants, by address.
struct StoredResults: Sendable {
  /// A finished cell and how long it took.
  struct Entry: Sendable {
    let record: ResultRecord
    let seconds: Double
    /// The place of what computed it in ``StoredResults/machines``; nil for a cell that this run computed.
    var machine: Int32?
  }

  /// What is looked for.
  struct Wanted {
    var cells: [ExperimentCell] = []
    var profiles: [ProfileRequest] = []
    /// The addresses of rows of networks.
    var networks: [String] = []
    /// Whether cells that failed are wanted too.
    var includesFailures = false
  }

  var cells: [String: Entry] = [:]
  /// The last failure of each cell that is wanted and not among ``cells``.
  var failures: [String: Entry] = [:]
  var profiles: [String: KeptProfile] = [:]
  var networks: [String: NetworkRecord] = [:]
  /// What computed the lines that were read.
  var machines: [SegmentMachine] = []
  /// The addresses of wanted cells and profiles whose stored lines cannot be used.
  var damaged: Set<String> = []
  /// The last origin of each cell that is stored with other origins only.
  var earlier: [String: CellOrigin] = [:]
  /// Whether there are lines that cannot be used, or too many.
  var isUntidy = false

  /// The number of lines that are kept for each cell: a run may need those of other origins again, and they
  /// tell which input of a cell has changed.
  static let linesKept = 4

  /// Reads segments; each is opened once, or twice where cells are stored with other origins only.
  ///
  /// - Parameters:
  ///   - folders: Folders of segments; those of later folders count more.
  ///   - isWanted: Whether a segment is to be opened.
  /// - Complexity: Linear in lines and in what is wanted.
  init(
    of wanted: Wanted, in folders: [SegmentFolder],
    where isWanted: (SegmentName) -> Bool = { _ in true }
  ) {
    let keys = Dictionary(
      wanted.cells.map { ($0.address, $0.key) }, uniquingKeysWith: { first, _ in first })
    let profileAddresses = Set(wanted.profiles.map(\.address))
    let networkAddresses = Set(wanted.networks)
    var (stale, unnamed) = (0, 0)
    var suspects: Set<String> = []
    var places: [SegmentMachine: Int32] = [:]
    var machine: Int32 = 0
    func see(_ new: SegmentMachine) {
      machine = places[new] ?? Int32(machines.count)
      if places.updateValue(machine, forKey: new) == nil { machines.append(new) }
    }
    for folder in folders {
      folder.read(where: isWanted) { found in
        switch found {
        case .begin: see(.unknown)
        case .noFile: unnamed = .max
        case .damagedLine(let address?): suspects.insert(address)
        case .damagedLine(nil): unnamed = unnamed == .max ? .max : unnamed + 1
        case .line(let line):
          let address = String(line.address)
          switch line.kind {
          case .cell, .failed:
            guard let place = keys.index(forKey: address) else {
              if line.kind == .cell { stale += 1 }
              return
            }
            // The texts of the plan, so that those of the line are not kept too.
            let (address, key) = keys[place]
            guard line.kind == .cell || wanted.includesFailures else { return }
            guard let cell = CellLine(line.payload), let record = cell.record, record.key == key
            else {
              suspects.insert(address)
              return
            }
            let entry = Entry(
              record: record.sharing(key), seconds: cell.seconds, machine: machine)
            if line.kind == .cell { cells[address] = entry } else { failures[address] = entry }
          case .profile where profileAddresses.contains(address):
            if TensorProfileFile.isLine(String(line.text)) {
              profiles[address] = KeptProfile(line: String(line.text))
            } else {
              suspects.insert(address)
            }
          case .network where networkAddresses.contains(address):
            networks[address] = NetworkRecord(storedText: String(line.text))
          case .machine: see(SegmentMachine(line) ?? .unknown)
          case .profile, .network: break
          }
        }
      }
    }
    for address in cells.keys { failures[address] = nil }
    isUntidy = unnamed > 0 || !suspects.isEmpty
    let missing = wanted.cells.filter { cells[$0.address] == nil }
    if stale > 0, !missing.isEmpty || stale + cells.count > Self.linesKept * wanted.cells.count {
      lookForOthers(than: keys, missing, in: folders, where: isWanted)
    }
    name(suspects, unnamed, missing, wanted.profiles.filter { profiles[$0.address] == nil })
  }

  /// Reads what the process that computes a part needs: its own segments, all where the part has a network,
  /// whose rows take the ranges of other cells, and also all where there are few.
  ///
  /// - Parameter part: The part; nil for a whole plan, which reads everything.
  init(of wanted: Wanted, in folders: [SegmentFolder], for part: PlanPart?) {
    guard let part, part.networks.isEmpty else {
      self.init(of: wanted, in: folders)
      return
    }
    let names = folders.map { $0.names() ?? [] }
    let bytes = zip(folders, names).reduce(0) { sum, folder in
      let isLong = folder.1.count > Self.fewSegments
      return isLong || sum > Self.fewBytes ? .max / 2 : sum + folder.0.size(of: folder.1)
    }
    self.init(of: wanted, in: folders) { bytes <= Self.fewBytes || $0.owner == part.owner }
  }

  private static let fewSegments = 64
  /// Some ten thousand cells, which are read in a fraction of a second.
  private static let fewBytes = 16 << 20

  /// Finds the last other origin of missing cells, and whether a cell has too many lines.
  private mutating func lookForOthers(
    than keys: [String: ResultRecord.Key], _ missing: [ExperimentCell],
    in folders: [SegmentFolder], where isWanted: (SegmentName) -> Bool
  ) {
    var origins: [ResultRecord.Key: CellOrigin] = [:]
    var counts: [ResultRecord.Key: Int] = [:]
    for address in cells.keys { if let key = keys[address] { counts[key] = 1 } }
    let absent = Set(missing.map(\.key))
    for folder in folders {
      folder.read(where: isWanted) { found in
        guard case .line(let line) = found, line.kind == .cell,
          keys[String(line.address)] == nil,
          let cell = CellLine(line.payload), let key = cell.record?.key
        else { return }
        counts[key, default: 0] += 1
        if absent.contains(key), let origin = cell.origin { origins[key] = origin }
      }
    }
    for cell in missing {
      if let origin = origins[cell.key], origin != cell.origin { earlier[cell.address] = origin }
    }
    isUntidy = isUntidy || counts.values.contains { $0 > Self.linesKept }
  }

  /// Tells which missing cells and profiles are damaged.
  ///
  /// - Parameters:
  ///   - suspects: The addresses in lines that cannot be used.
  ///   - unnamed: The number of damaged lines that name no address, and so may be any.
  private mutating func name(
    _ suspects: Set<String>, _ unnamed: Int, _ cells: [ExperimentCell], _ profiles: [ProfileRequest]
  ) {
    let cells = cells.filter { earlier[$0.address] == nil }.map(\.address)
    let missing = cells + profiles.map(\.address)
    damaged = suspects.intersection(missing)
    guard unnamed > 0 || damaged.count < suspects.count, !missing.isEmpty else { return }
    let known = Set(missing).union(self.cells.keys).union(self.profiles.keys)
    // An address that nobody knows may have been damaged itself.
    var rest = unnamed == .max ? .max : unnamed + suspects.count { !known.contains($0) }
    for address in missing where rest > 0 && !damaged.contains(address) {
      damaged.insert(address)
      rest -= 1
    }
  }
}
