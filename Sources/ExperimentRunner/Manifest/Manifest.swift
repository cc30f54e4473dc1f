package import QuantizationCore
package import RangeEstimation
package import TensorIO

/// The experiment that a manifest describes, checked and expanded but not run.
///
/// Every combination of a tensor, an estimator, a number format, a granularity and a choice of
/// calibration batches is one cell, unless it is excluded. At least one cell remains, and no
/// remaining cell is impossible.
package struct Manifest: Sendable {
  /// The name of the experiment, which is also a valid name of a folder.
  package let name: String
  /// The description, in free text.
  package let description: String?
  /// The seed from which the seeds of all synthetic tensors derive.
  package let seed: UInt64
  /// The path of the manifest, as it was given.
  package let path: String
  /// The folder that relative paths in the manifest start from.
  package let directory: String
  /// The tensors in the order of the manifest, every one with a name of its own.
  package let tensors: [TensorReference]
  /// The networks in the order of the manifest, every one with a name of its own.
  package let networks: [NetworkReference]
  /// The ways in which networks are quantized.
  package let networkAxes: NetworkAxes
  /// The estimators in the order of the manifest.
  package let estimators: [NamedEstimator]
  /// The number formats in the order of the manifest: each bit width with each scheme, then the
  /// named formats.
  package let formats: [CodeGrid]
  /// The granularities in the order of the manifest.
  package let granularities: [Granularity]
  /// The choices of calibration batches in the order of the manifest.
  package let calibrations: [CalibrationChoice]
  /// The policy for NaN and infinity in files.
  package let nonFinite: NonFinitePolicy
  /// The excluded cells.
  package let exclusions: [Exclusion]
  /// Remarks for readers of the results, one line each.
  ///
  /// They are about members of containers that are not tensors of floats, and groups longer than
  /// their axis.
  package let remarks: [String]

  /// The files that the experiment reads: the manifest and those of all tensors.
  package var inputPaths: [String] {
    [path] + networks.flatMap { $0.files.map(\.path) }
      + tensors.flatMap { tensor -> [String] in
        switch tensor.origin {
        case .synthetic, .network: []
        case .file(let file): [file.path, file.dataPath]
        case .sequence(let files): files.flatMap { [$0.path, $0.dataPath] }
        }
      }
  }

  /// A value of each axis except the tensors.
  struct Combination {
    let granularity: Granularity
    let calibration: CalibrationChoice
    let estimator: NamedEstimator
    let grid: CodeGrid
  }

  /// Every combination of the axes except the tensors; combinations with the same lanes, and so the
  /// same statistics, are consecutive.
  var combinations: [Combination] {
    granularities.flatMap { granularity in
      calibrations.flatMap { calibration in
        estimators.flatMap { estimator in
          formats.map { format in
            Combination(
              granularity: granularity, calibration: calibration, estimator: estimator,
              grid: format)
          }
        }
      }
    }
  }

  func excludes(_ cell: Combination, of tensor: String) -> Bool {
    excludes(
      tensor: tensor, estimator: cell.estimator.name, grid: cell.grid,
      granularity: cell.granularity, calibration: cell.calibration)
  }

  /// Whether a cell is excluded.
  ///
  /// - Parameters:
  ///   - tensor: The name of the tensor.
  ///   - estimator: The canonical name of the estimator, `percentile[p=99.99]`.
  /// - grid: The number format.
  /// - granularity: The granularity.
  /// - calibration: The choice of calibration batches.
  package func excludes(
    tensor: String, estimator: String, grid: CodeGrid, granularity: Granularity,
    calibration: CalibrationChoice = .all
  ) -> Bool {
    exclusions.contains {
      $0.matches(tensor: tensor) && $0.matches(estimator: estimator)
        && $0.matches(grid: grid.family) && $0.matches(bits: grid.bits)
        && $0.matches(granularity: granularity) && $0.matches(calibration: calibration)
    }
  }

  /// Reads a manifest, lists its files and checks everything that does not need data.
  ///
  /// - Parameters:
  /// - path: The path of the manifest.
  /// - overrides: Values to set before the checks, each `path=value`; the value is YAML.
  ///   - registry: The estimators that manifests may name.
  /// - Throws: ``ManifestError`` with all faults.
  package static func load(
    path: String, overrides: [String], registry: EstimatorRegistry
  ) throws(ManifestError) -> Manifest {
    let source = try ManifestSource(path: path)
    let log = FaultLog(source: source, overrides: overrides)
    return try ManifestLoader(log: log, registry: registry).load(overrides: overrides)
  }
}
