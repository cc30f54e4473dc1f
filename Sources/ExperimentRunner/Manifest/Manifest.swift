package import QuantizationCore
package import RangeEstimation
package import TensorIO

/// An experiment as its manifest describes it: checked, expanded, and nothing run yet.
///
/// Every combination of a tensor, an estimator, a number format, a granularity and a choice of
/// calibration batches is one cell, unless an exclusion takes it out. At least one cell is left, and no
/// cell that is left is impossible.
package struct Manifest: Sendable {
  /// The name of the experiment, fit to be the name of a folder.
  package let name: String
  /// What it is about, in free text.
  package let description: String?
  /// The seed that all synthetic tensors derive theirs from.
  package let seed: UInt64
  /// The path of the manifest, as it was given.
  package let path: String
  /// The folder that relative paths in the manifest start from.
  package let directory: String
  /// The tensors in the order of the manifest, every one with a name of its own.
  package let tensors: [TensorReference]
  /// The estimators in the order of the manifest.
  package let estimators: [NamedEstimator]
  /// The number formats: every width with every scheme, in the order of the manifest, then those that
  /// it names.
  package let formats: [CodeGrid]
  /// The granularities in the order of the manifest.
  package let granularities: [Granularity]
  /// The choices of calibration batches in the order of the manifest.
  package let calibrations: [CalibrationChoice]
  /// What to do with NaN and infinity in files.
  package let nonFinite: NonFinitePolicy
  /// Which cells are left out.
  package let exclusions: [Exclusion]
  /// What a reader of the results should know, a line each.
  ///
  /// Members of containers that are no tensors of floats, and groups longer than their axis.
  package let remarks: [String]

  /// The files that are read: the manifest and those of all tensors.
  package var inputPaths: [String] {
    [path]
      + tensors.flatMap { tensor -> [String] in
        switch tensor.origin {
        case .synthetic: []
        case .file(let file): [file.path, file.dataPath]
        case .sequence(let files): files.flatMap { [$0.path, $0.dataPath] }
        }
      }
  }

  /// What is done with a tensor in one cell.
  struct Combination {
    let granularity: Granularity
    let calibration: CalibrationChoice
    let estimator: NamedEstimator
    let grid: CodeGrid
  }

  /// Every combination of the axes but the tensors: what shares lanes, and then statistics, stands
  /// together.
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

  /// Whether a cell is left out.
  ///
  /// - Parameters:
  ///   - tensor: The name of the tensor.
  ///   - estimator: The canonical name of the estimator, `percentile[p=99.99]`.
  ///   - grid: The codes.
  ///   - granularity: What shares a range.
  ///   - calibration: Which batches are calibrated on.
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

  /// Reads a manifest, lists its files and checks everything that can be checked without data.
  ///
  /// - Parameters:
  ///   - path: The manifest.
  ///   - overrides: Values to put in before it is checked, each `path=value`; the value is YAML.
  ///   - registry: The estimators that manifests may name.
  /// - Throws: ``ManifestError`` with all that is wrong.
  package static func load(
    path: String, overrides: [String], registry: EstimatorRegistry
  ) throws(ManifestError) -> Manifest {
    let source = try ManifestSource(path: path)
    let log = FaultLog(source: source, overrides: overrides)
    return try ManifestLoader(log: log, registry: registry).load(overrides: overrides)
  }
}
