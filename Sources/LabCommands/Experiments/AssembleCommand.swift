internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import RangeEstimation
internal import TensorIO

/// `rangelab assemble`: writes the tables of what shards have computed.
struct AssembleCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "assemble",
    abstract: "Write the tables of an experiment that was computed in parts.",
    discussion: """
      Computes nothing. The overrides (--set) are those of the parts. Where cells, profiles or rows of \
      networks are missing, nothing is written, the first of them are listed, and the exit code is 75. \
      Where cells were computed with different versions of libm or GSL, a line says on which machines.

      EXAMPLES
        rangelab assemble experiments/bits.yaml -o /shared/bits
        rangelab assemble experiments/bits.yaml -o bits --from node1/bits node2/bits
      """)

  @OptionGroup var source: ManifestOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Further output directories, whose results count too; they are only read.", valueName: "dir"))
  var from: [String] = []

  func run(with registry: EstimatorRegistry) throws {
    try reportingFailure {
      let manifest = try source.load(registry)
      for folder in from {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
        guard !exists || !isFolder.boolValue else { continue }
        throw LabFailure("error: --from: \(printable(folder)) is no folder", .missingInput)
      }
      let plan = try ExperimentPlan(
        manifest, outputDirectory: source.outputDirectory(of: manifest), sources: from,
        includesFailures: true)
      for remark in manifest.remarks { StandardError.say(remark) }
      try TableWriter.claim(plan)
      let assembly = Assembly(plan)
      let missing = assembly.missing
      guard missing.isEmpty else {
        let shown = missing.prefix(Self.listed).map { "  \($0)" }.joined(separator: "\n")
        let more = missing.count > Self.listed ? "\n  and \(missing.count - Self.listed) more" : ""
        throw LabFailure(
          "error: \(counted(missing.count, "result")) missing, nothing is written:\n\(shown)\(more)",
          .incomplete)
      }
      if let warning = assembly.mixedLibraries { StandardError.say(printableLines(warning)) }
      try createOutputDirectory(plan.outputDirectory)
      try TableWriter(finished: assembly.finished())
        .write(showing: ProgressReport(name: manifest.name))
    }
  }

  /// How many missing results are listed.
  private static let listed = 10
}
