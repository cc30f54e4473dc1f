internal import ArgumentParser
internal import ExperimentRunner

/// `slurm`, `local`, or the path of a file of settings, which ends in `.yaml` or `.yml`.
enum EngineOption: ExpressibleByArgument {
  case builtIn(SubmittedRun.Engine)
  case file(String)

  init?(argument: String) {
    if let engine = SubmittedRun.Engine(rawValue: argument) {
      self = .builtIn(engine)
    } else if argument.hasSuffix(".yaml") || argument.hasSuffix(".yml") {
      self = .file(argument)
    } else {
      return nil
    }
  }

  /// As help shows it.
  var defaultValueDescription: String {
    switch self {
    case .builtIn(let engine): engine.rawValue
    case .file(let path): path
    }
  }

  /// The engine and its settings.
  ///
  /// - Throws: `ManifestError` where the file cannot be read.
  func settings() throws -> EngineSettings {
    switch self {
    case .builtIn(let engine): EngineSettings(engine)
    case .file(let path): try EngineSettings(path: path)
    }
  }

  /// The message where options of `sbatch` are given for another engine.
  static let withoutSbatch = "options of sbatch need the engine slurm"
}
