internal import ArgumentParser
internal import ExperimentRunner
internal import RangeEstimation

/// The manifest, its overrides and the output directory, which all commands that compute an experiment, or a
/// part of it, share.
struct ManifestOptions: ParsableArguments {
  @Argument(help: "The manifest (YAML).") var manifest: String

  @Option(
    name: .shortAndLong,
    help: "The output directory; results/NAME of the manifest by default.")
  var output: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Override a value of the manifest, such as bits=[4,8]; may be repeated.",
      valueName: "path=value"))
  var overrides: [String] = []

  /// Loads the manifest.
  func load(_ registry: EstimatorRegistry) throws -> Manifest {
    try Manifest.load(path: manifest, overrides: overrides, registry: registry)
  }

  /// The output directory for a manifest.
  func outputDirectory(of manifest: Manifest) -> String { output ?? "results/\(manifest.name)" }
}
