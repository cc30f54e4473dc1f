internal import Foundation
internal import RangeEstimation
internal import ResultRecords
package import TensorIO

/// The plan of a run: every cell of a manifest, and the stored results of earlier runs.
package struct ExperimentPlan: Sendable {
  /// The manifest.
  package let manifest: Manifest
  /// The directory of results and finished cells.
  package let outputDirectory: String
  /// The cells that are not excluded, in manifest order.
  package let cells: [ExperimentCell]
  /// Every way to quantize a network, in manifest order: the rows of `networks.csv`.
  package let networkWays: [NetworkWay]
  /// The number of combinations that the manifest excludes.
  package let excludedCount: Int
  /// SHA-256 of the input files, by their path in the manifest.
  package var inputHashes: [ExactName: String] { inputs.files }
  /// The input files with their hashes; a file must still have these contents when it is read.
  let inputs: InputHashes
  /// The part of the manifest that the plan is of; nil for all of it.
  package let part: PlanPart?
  /// The hash of what the manifest consists of; nil for a part.
  let outline: PlanOutline?
  /// The cells of earlier runs, by address.
  let finished: [String: StoredResults.Entry]
  /// The cells that failed in earlier runs, by address; empty unless they are asked for.
  let failedBefore: [String: StoredResults.Entry]
  /// A request for the profile of every tensor that has a cell.
  let profileRequests: [ProfileRequest]
  /// The profiles of earlier runs, by address.
  let finishedProfiles: [String: KeptProfile]
  /// What computed the stored cells; they have places in it.
  let machines: [SegmentMachine]
  /// The addresses of stored cells and profiles that are damaged.
  private let damaged: Set<String>
  /// The last origin of each cell that is stored with other origins only, by address.
  private let earlier: [String: CellOrigin]
  /// The addresses of cells that `force` computes again.
  private let forced: Set<String>
  /// Whether stored lines cannot be used, or are too many, so that the store is rewritten.
  let isUntidy: Bool

  /// Hashes the inputs and looks up stored results.
  ///
  /// A plan of a part has the cells of the part only. Nothing is hashed or read for the others, except that
  /// the files of networks are.
  ///
  /// - Parameters:
  /// - manifest: The manifest to run.
  /// - outputDirectory: The folder for results.
  /// - force: Whether to compute stored cells again.
  /// - filter: With `force`, recompute only the cells that match; keep the stored results of all
  ///   others.
  /// - request: The part to plan; nil for all.
  /// - sources: Further output directories whose stored results count.
  /// - includesFailures: Whether to look up cells that failed too.
  /// - Throws: The errors of reading an input file, and ``PartError``.
  package init(
    _ manifest: Manifest, outputDirectory: String, force: Bool = false, filter: CellFilter? = nil,
    part request: PartRequest? = nil, sources: [String] = [], includesFailures: Bool = false
  ) throws {
    self.manifest = manifest
    self.outputDirectory = outputDirectory
    var hashes = InputHashes()
    let networks = try NetworkCells(manifest, &hashes)
    (part, outline) = try Self.part(request, manifest, networks.cells)
    var cells: [ExperimentCell] = []
    var requests: [ProfileRequest] = []
    var excluded = 0
    var place = 0
    let combinations = manifest.combinations
    for (index, tensor) in manifest.tensors.enumerated() where tensor.fault == nil {
      let own = combinations.filter { !manifest.excludes($0, of: tensor.name) }
      excluded += combinations.count - own.count
      let places = place..<(place + own.count)
      place += own.count
      let wanted = part?.places(in: places) ?? Array(places)
      let isProfiled = !own.isEmpty && part?.profiles.contains(index) ?? true
      guard !wanted.isEmpty || isProfiled else { continue }
      var origin = try hashes.origin(of: tensor, seed: manifest.seed)
      origin[.nonFinite] = manifest.nonFinite.rawValue
      origin[.shared] = "\(NumericsRevision.shared)"
      var sources: [String: ExperimentCell.Source] = [:]
      for place in wanted {
        let combination = own[place - places.lowerBound]
        let key = ResultRecord.Key(
          tensor: tensor.name, estimator: combination.estimator.name, grid: combination.grid,
          granularity: combination.granularity,
          split: try combination.calibration.split(of: tensor.layout.count))
        let name = combination.estimator.name
        let source =
          sources[name]
          ?? ExperimentCell.Source(
            estimator: combination.estimator, tensor: tensor, tensorIndex: index,
            origin: origin.of(combination.estimator))
        sources[name] = source
        cells.append(ExperimentCell(key: key, from: source))
      }
      if isProfiled {
        requests.append(ProfileRequest(of: tensor, index, on: own.map(\.grid), origin: origin))
      }
    }
    let networkPlaces = place..<(place + networks.cells.count)
    let networkCells =
      part?.places(in: networkPlaces).map { networks.cells[$0 - place] } ?? networks.cells
    cells += networkCells
    excluded += networks.excluded
    self.cells = cells
    excludedCount = excluded
    inputs = hashes
    let again = force ? cells.filter { filter?.matches($0.key) ?? true } : []
    let (cellsAgain, tensorsAgain) = (Set(again.map(\.address)), Set(again.map(\.tensorIndex)))
    let ways = try NetworkWay.all(of: manifest, networkCells, hashes, networks: part?.networks)
    let kept = StoredResults(
      of: StoredResults.Wanted(
        cells: cells.filter { !cellsAgain.contains($0.address) },
        profiles: requests.filter { !tensorsAgain.contains($0.tensorIndex) },
        networks: ways.filter { !$0.cells.contains(where: cellsAgain.contains) }.map(\.address),
        includesFailures: includesFailures),
      in: (sources + [outputDirectory]).map(SegmentFolder.init), for: part)
    profileRequests = requests
    finished = kept.cells
    failedBefore = kept.failures
    finishedProfiles = kept.profiles
    machines = kept.machines
    damaged = kept.damaged
    earlier = kept.earlier
    forced = cellsAgain
    networkWays = ways.map { $0.with(kept.networks[$0.address]) }
    isUntidy = kept.isUntidy
  }

  /// The part that is asked for, or the outline of all.
  private static func part(
    _ request: PartRequest?, _ manifest: Manifest, _ networkCells: [ExperimentCell]
  ) throws -> (PlanPart?, PlanOutline?) {
    guard let request else { return (nil, nil) }
    let outline = PlanOutline(manifest, networkCells: networkCells)
    switch request {
    case .shard(let index, let count):
      let pieces = PlanCut.shard(index - 1, of: count, outline)
      return (PlanPart(owner: .shard(index, of: count), pieces), nil)
    case .chunk(let part, let plan):
      guard plan == outline.fingerprint else { throw PartError.otherPlan }
      return (part, nil)
    case .all: return (nil, outline)
    }
  }

  /// Whether a stored result of the cell can be used.
  package func isFinished(_ cell: ExperimentCell) -> Bool { finished[cell.address] != nil }

  /// The first dependency in which a cell differs from the stored cell with the same key;
  /// nil if there is none.
  func change(of cell: ExperimentCell) -> CellOrigin.Dependency? {
    earlier[cell.address].flatMap { $0.firstDifference(from: cell.origin) }
  }

  /// Whether the stored result of a cell is damaged.
  func isDamaged(_ cell: ExperimentCell) -> Bool { damaged.contains(cell.address) }

  /// Whether `force` computes the cell again.
  func isForced(_ cell: ExperimentCell) -> Bool { forced.contains(cell.address) }

  /// The unfinished cells whose text matches a pattern.
  func pending(matching filter: CellFilter?) -> [ExperimentCell] {
    cells.filter { finished[$0.address] == nil && filter?.matches($0.key) ?? true }
  }

  /// The ways to quantize a network that are not judged yet, and whose cells are finished or match a
  /// pattern.
  package func pendingNetworks(matching filter: CellFilter?) -> [NetworkWay] {
    let ways = networkWays.filter { !$0.isKept }
    guard !ways.isEmpty else { return [] }
    var ready = Set(finished.keys)
    for cell in cells where filter?.matches(cell.key) ?? true { ready.insert(cell.address) }
    return ways.filter { $0.cells.allSatisfy(ready.contains) }
  }

  /// The unfinished profiles of tensors that have a cell whose text matches a pattern.
  func pendingProfiles(matching filter: CellFilter?) -> [ProfileRequest] {
    let wanted = Set(cells.filter { filter?.matches($0.key) ?? true }.map(\.tensorIndex))
    return profileRequests.filter {
      finishedProfiles[$0.address] == nil && wanted.contains($0.tensorIndex)
    }
  }

  /// The number of damaged cells and profiles, which are computed again.
  ///
  /// - Parameter filter: Counts only those that match.
  package func damage(matching filter: CellFilter?) -> (cells: Int, profiles: Int) {
    (
      pending(matching: filter).count { damaged.contains($0.address) },
      pendingProfiles(matching: filter).count { damaged.contains($0.address) }
    )
  }
}
