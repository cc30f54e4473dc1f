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
    var excluded = 0
    let program = try hashes.ofProgram()
    for tensor in manifest.tensors {
      let content = try hashes.identity(of: tensor, seed: manifest.seed)
      for combination in manifest.combinations {
        guard !manifest.excludes(combination, of: tensor.name) else {
          excluded += 1
          continue
        }
        let key = ResultRecord.Key(
          tensor: tensor.name, estimator: combination.estimator.name, grid: combination.grid,
          granularity: combination.granularity,
          split: try combination.calibration.split(of: tensor.layout.count))
        let identity = [
          program, content, "nonfinite \(manifest.nonFinite.rawValue)", key.description,
        ]
        cells.append(
          ExperimentCell(
            key: key, estimator: combination.estimator, tensor: tensor,
            address: ContentHash.of(identity.joined(separator: "\n"))))
      }
    }
    self.cells = cells
    excludedCount = excluded
    inputHashes = hashes.files
    let kept = force ? cells.filter { !(filter?.matches($0.key) ?? true) } : cells
    finished = CellStore(outputDirectory: outputDirectory).entries(for: kept.map(\.address))
  }

  /// Whether a cell has been computed before.
  public func isFinished(_ cell: ExperimentCell) -> Bool { finished[cell.address] != nil }

  /// The cells whose text matches a pattern and that are yet to be computed.
  func pending(matching filter: CellFilter?) -> [ExperimentCell] {
    cells.filter { finished[$0.address] == nil && filter?.matches($0.key) ?? true }
  }
}
