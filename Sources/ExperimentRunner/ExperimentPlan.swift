internal import Foundation
package import RangeEstimation
package import ResultRecords
package import TensorIO

/// One combination of an experiment.
package struct ExperimentCell: Sendable {
  /// The combination.
  package let key: ResultRecord.Key
  /// The rule.
  package let estimator: NamedEstimator
  /// The tensor.
  package let tensor: TensorReference
  /// The place of the tensor in the manifest, which tells it from others.
  let tensorIndex: Int
  /// What the result depends on besides the combination.
  let origin: CellOrigin
  /// The hash of everything that determines the result, by which it is found again.
  let address: String
}

/// What a manifest asks for: every cell, with those that are already there.
package struct ExperimentPlan: Sendable {
  /// The manifest.
  package let manifest: Manifest
  /// The directory of results and finished cells.
  package let outputDirectory: String
  /// Every cell that is not excluded, in manifest order.
  package let cells: [ExperimentCell]
  /// How many combinations the manifest's exclusions leave out.
  package let excludedCount: Int
  /// SHA-256 of the input files, by their path in the manifest.
  package var inputHashes: [ExactName: String] { inputs.files }
  /// The input files as they were hashed: what is read must be that.
  let inputs: InputHashes
  /// The cells that have been computed before, by address.
  let finished: [String: CellStore.Entry]
  /// A profile for every tensor that has a cell.
  let profileRequests: [ProfileRequest]
  /// The profiles that have been computed before, by address.
  let finishedProfiles: [String: KeptProfile]
  /// The addresses of cells and profiles of which something is there that cannot be used.
  private let damaged: Set<String>
  /// The origins that cells which are there with others only had last, by address.
  private let earlier: [String: CellOrigin]
  /// The addresses of cells that are computed again because that was asked for.
  private let forced: Set<String>
  /// The tensors whose kept cells are to be written anew before any is added.
  let untidy: Set<ExactName>

  /// Reads inputs for their hashes and looks up what is there.
  ///
  /// - Parameters:
  ///   - manifest: What to run.
  ///   - outputDirectory: Where results go.
  ///   - force: Whether what is there is computed again.
  ///   - filter: With `force`, the cells that are; what is there of the others stays.
  /// - Throws: What reading an input file throws.
  package init(
    _ manifest: Manifest, outputDirectory: String, force: Bool = false, filter: CellFilter? = nil
  ) throws {
    self.manifest = manifest
    self.outputDirectory = outputDirectory
    var hashes = InputHashes()
    var cells: [ExperimentCell] = []
    var requests: [ProfileRequest] = []
    var excluded = 0
    let combinations = manifest.combinations
    for (index, tensor) in manifest.tensors.enumerated() where tensor.fault == nil {
      var origin = try hashes.origin(of: tensor, seed: manifest.seed)
      origin[.nonFinite] = manifest.nonFinite.rawValue
      origin[.shared] = "\(NumericsRevision.shared)"
      let firstCell = cells.count
      for combination in combinations {
        guard !manifest.excludes(combination, of: tensor.name) else {
          excluded += 1
          continue
        }
        let key = ResultRecord.Key(
          tensor: tensor.name, estimator: combination.estimator.name, grid: combination.grid,
          granularity: combination.granularity,
          split: try combination.calibration.split(of: tensor.layout.count))
        let origin = origin.of(combination.estimator)
        cells.append(
          ExperimentCell(
            key: key, estimator: combination.estimator, tensor: tensor, tensorIndex: index,
            origin: origin, address: origin.address(of: key)))
      }
      if firstCell < cells.count {
        requests.append(ProfileRequest(of: cells[firstCell...], origin: origin))
      }
    }
    self.cells = cells
    excludedCount = excluded
    inputs = hashes
    let again = force ? cells.filter { filter?.matches($0.key) ?? true } : []
    let (cellsAgain, tensorsAgain) = (Set(again.map(\.address)), Set(again.map(\.tensorIndex)))
    let kept = CellStore(outputDirectory: outputDirectory)
      .contents(for: cells.filter { !cellsAgain.contains($0.address) })
    let keptProfiles = ProfileStore(outputDirectory: outputDirectory)
      .contents(for: requests.filter { !tensorsAgain.contains($0.tensorIndex) })
    profileRequests = requests
    finished = kept.entries
    finishedProfiles = keptProfiles.profiles
    damaged = kept.damaged.union(keptProfiles.damaged)
    earlier = kept.earlier
    forced = cellsAgain
    untidy = kept.untidy
  }

  /// Whether a cell has been computed before.
  package func isFinished(_ cell: ExperimentCell) -> Bool { finished[cell.address] != nil }

  /// The first part in which a cell differs from the one that was computed before under its name; nil
  /// where there was none.
  func change(of cell: ExperimentCell) -> CellOrigin.Part? {
    earlier[cell.address].flatMap { $0.firstDifference(from: cell.origin) }
  }

  /// Whether something is there of a cell that cannot be used.
  func isDamaged(_ cell: ExperimentCell) -> Bool { damaged.contains(cell.address) }

  /// Whether a cell is computed because that was asked for, whatever is there.
  func isForced(_ cell: ExperimentCell) -> Bool { forced.contains(cell.address) }

  /// The cells whose text matches a pattern and that are yet to be computed.
  func pending(matching filter: CellFilter?) -> [ExperimentCell] {
    cells.filter { finished[$0.address] == nil && filter?.matches($0.key) ?? true }
  }

  /// The profiles yet to be computed of tensors that have a cell whose text matches a pattern.
  func pendingProfiles(matching filter: CellFilter?) -> [ProfileRequest] {
    let wanted = Set(cells.filter { filter?.matches($0.key) ?? true }.map(\.tensorIndex))
    return profileRequests.filter {
      finishedProfiles[$0.address] == nil && wanted.contains($0.tensorIndex)
    }
  }

  /// How many finished cells and profiles were found damaged and are to be computed again.
  ///
  /// - Parameter filter: Counts only those that match.
  package func damage(matching filter: CellFilter?) -> (cells: Int, profiles: Int) {
    (
      pending(matching: filter).count { damaged.contains($0.address) },
      pendingProfiles(matching: filter).count { damaged.contains($0.address) }
    )
  }
}
