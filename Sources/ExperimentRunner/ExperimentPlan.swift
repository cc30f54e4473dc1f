internal import Foundation
public import RangeEstimation
public import ResultRecords
internal import TensorIO

/// One combination of an experiment.
public struct ExperimentCell: Sendable {
  /// The combination.
  public let key: ResultRecord.Key
  /// The rule.
  public let estimator: NamedEstimator
  /// The tensor.
  public let tensor: TensorReference
  /// The hash of everything that determines the result: where it is kept.
  let address: String
}

/// What a manifest asks for: every cell, with those that are already there.
public struct ExperimentPlan: Sendable {
  /// The manifest.
  public let manifest: Manifest
  /// The directory of results and finished cells.
  public let outputDirectory: String
  /// Every cell that is not excluded, in manifest order.
  public let cells: [ExperimentCell]
  /// How many combinations the manifest's exclusions leave out.
  public let excludedCount: Int
  /// SHA-256 of the input files, by their path in the manifest.
  public let inputHashes: [String: String]
  /// The cells that have been computed before, by address.
  let finished: [String: CellStore.Entry]
  /// A profile for every tensor that has a cell.
  let profileRequests: [ProfileRequest]
  /// The profiles that have been computed before, by address.
  let finishedProfiles: [String: TensorProfile]

  /// Reads inputs for their hashes and looks up what is there.
  ///
  /// - Parameters:
  ///   - manifest: What to run.
  ///   - outputDirectory: Where results go.
  ///   - force: Whether what is there is computed again.
  ///   - filter: With `force`, the cells that are; what is there of the others stays.
  /// - Throws: What reading an input file throws.
  public init(
    _ manifest: Manifest, outputDirectory: String, force: Bool = false, filter: CellFilter? = nil
  ) throws {
    self.manifest = manifest
    self.outputDirectory = outputDirectory
    var hashes = InputHashes()
    var cells: [ExperimentCell] = []
    var requests: [ProfileRequest] = []
    var excluded = 0
    let program = try hashes.ofProgram()
    for tensor in manifest.tensors {
      let content = try hashes.identity(of: tensor, seed: manifest.seed)
      let origin = [program, content, "nonfinite \(manifest.nonFinite.rawValue)"]
      let firstCell = cells.count
      for combination in manifest.combinations {
        guard !manifest.excludes(combination, of: tensor.name) else {
          excluded += 1
          continue
        }
        let key = ResultRecord.Key(
          tensor: tensor.name, estimator: combination.estimator.name, grid: combination.grid,
          granularity: combination.granularity,
          split: try combination.calibration.split(of: tensor.layout.count))
        cells.append(
          ExperimentCell(
            key: key, estimator: combination.estimator, tensor: tensor,
            address: ContentHash.of((origin + [key.description]).joined(separator: "\n"))))
      }
      if firstCell < cells.count {
        requests.append(ProfileRequest(of: cells[firstCell...], identity: origin))
      }
    }
    self.cells = cells
    excludedCount = excluded
    inputHashes = hashes.files
    let kept = force ? cells.filter { !(filter?.matches($0.key) ?? true) } : cells
    finished = CellStore(outputDirectory: outputDirectory).entries(for: kept.map(\.address))
    let again = Set(force ? cells.filter { filter?.matches($0.key) ?? true }.map(\.tensor) : [])
    let profiles = ProfileStore(outputDirectory: outputDirectory)
    profileRequests = requests
    finishedProfiles = Dictionary(
      uniqueKeysWithValues: requests.filter { !again.contains($0.tensor) }.compactMap { request in
        profiles.profile(at: request.address).map { (request.address, $0) }
      })
  }

  /// Whether a cell has been computed before.
  public func isFinished(_ cell: ExperimentCell) -> Bool { finished[cell.address] != nil }

  /// The cells whose text matches a pattern and that are yet to be computed.
  func pending(matching filter: CellFilter?) -> [ExperimentCell] {
    cells.filter { finished[$0.address] == nil && filter?.matches($0.key) ?? true }
  }

  /// The profiles yet to be computed of tensors that have a cell whose text matches a pattern.
  func pendingProfiles(matching filter: CellFilter?) -> [ProfileRequest] {
    let wanted = Set(cells.filter { filter?.matches($0.key) ?? true }.map(\.tensor))
    return profileRequests.filter {
      finishedProfiles[$0.address] == nil && wanted.contains($0.tensor)
    }
  }
}
