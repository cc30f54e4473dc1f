internal import ArgumentParser
internal import ExperimentRunner
internal import RangeEstimation
internal import TensorIO

/// `rangelab validate`: checks whether manifests can be run.
struct ValidateCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check manifests and report every error with its place.",
    discussion: """
      EXAMPLE
        rangelab validate experiments/*.yaml
      """)

  @Argument(help: "Manifest files.") var manifests: [String]

  func run(with registry: EstimatorRegistry) throws {
    var worst: LabExit?
    for path in manifests {
      do {
        let manifest = try Manifest.load(path: path, overrides: [], registry: registry)
        for remark in manifest.remarks { StandardError.say(remark) }
        print(printableLines("\(path): ok, \(counted(manifest.tensors.count, "tensor"))"))
      } catch {
        let failure = LabFailure(error)
        StandardError.say(failure.message)
        worst = worst ?? failure.exit
      }
    }
    if let worst { throw ExitCode(worst.rawValue) }
  }
}
