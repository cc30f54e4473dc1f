internal import ArgumentParser
internal import ExperimentRunner
internal import RangeEstimation

/// The options that `run` and `plan` share: the manifest, which of its cells, and whether again.
struct ExperimentOptions: ParsableArguments {
  @OptionGroup var source: ManifestOptions

  @Option(
    help: ArgumentHelp(
      "Compute only cells whose line in 'rangelab plan' matches, such as 'mse 8 bits'.",
      valueName: "regex"))
  var filter: String?

  @Flag(help: "Compute again what is there.") var force = false

  /// Loads the manifest and looks up what is stored.
  ///
  /// - Parameter part: The part to plan; nil for all.
  func plan(_ registry: EstimatorRegistry, part: PartRequest? = nil) throws -> ExperimentPlan {
    let manifest = try source.load(registry)
    return try ExperimentPlan(
      manifest, outputDirectory: source.outputDirectory(of: manifest), force: force,
      filter: try parsedFilter(), part: part)
  }

  func cellFilter(for plan: ExperimentPlan) throws -> CellFilter? {
    guard let filter, let cells = try parsedFilter() else { return nil }
    guard plan.cells.contains(where: { cells.matches($0.key) }) else {
      throw LabFailure("error: --filter '\(filter)' matches none of the cells", .badInput)
    }
    return cells
  }

  private func parsedFilter() throws -> CellFilter? {
    guard let filter else { return nil }
    guard let cells = try? CellFilter(filter) else {
      throw LabFailure.usage("--filter '\(filter)' is not a regular expression")
    }
    return cells
  }
}
