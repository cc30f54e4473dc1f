/// What computes the chunks of a run, and what an own file of settings says of it.
///
/// ```yaml
/// engine: slurm                                # or local
/// sbatch: [--partition=cpu, --time=2:00:00]    # options of sbatch, for both jobs
/// setup:                                       # lines of the shell, before the program in each script
///   - module load gcc/13
/// ```
package struct EngineSettings: Sendable {
  /// What computes.
  package let engine: SubmittedRun.Engine
  /// Options of `sbatch`; empty for other engines.
  package private(set) var sbatch: [String] = []
  /// Lines of the shell that come before the program in each script.
  package private(set) var setup: [String] = []

  /// An engine without settings.
  package init(_ engine: SubmittedRun.Engine) { self.engine = engine }

  /// Reads a file.
  ///
  /// - Throws: `ManifestError` with the locations of all faults.
  package init(path: String) throws(ManifestError) {
    let document = try YAMLDocument(path: path, what: "engine file")
    let file = File(reader: document.reader)
    let settings = file.settings(document.root)
    try document.log.throwIfAny()
    self = settings ?? EngineSettings(.slurm)
  }

  /// The reader of a file; what is wrong is in its log.
  private struct File {
    let reader: NodeReader

    func settings(_ root: ManifestNode?) -> EngineSettings? {
      let start = ManifestLocation.text(line: 1, column: 1)
      guard let root else {
        reader.log.report(start, "the engine file is empty", expected: "the key 'engine'")
        return nil
      }
      guard
        let fields = reader.fields(root, "the engine file", known: ["engine", "sbatch", "setup"])
      else { return nil }
      guard let entry = fields["engine"] else {
        reader.log.report(
          start, "the engine file has no 'engine'", expected: "the key 'engine'")
        return nil
      }
      let words = SubmittedRun.Engine.allCases.map(\.rawValue)
      guard
        let engine = reader.word(entry.value, "engine", of: words)
          .flatMap(SubmittedRun.Engine.init)
      else { return nil }
      var settings = EngineSettings(engine)
      if let sbatch = fields["sbatch"] {
        if engine != .slurm {
          reader.log.report(
            sbatch.keyLocation, "sbatch is given for the engine \(engine.rawValue)",
            expected: "engine: slurm")
        }
        settings.sbatch = (reader.oneOrMore(sbatch.value, "sbatch") ?? []).compactMap(option)
      }
      if let setup = fields["setup"] {
        settings.setup = (reader.oneOrMore(setup.value, "setup") ?? []).compactMap {
          reader.text($0, "setup", expected: "a line of the shell")
        }
      }
      return settings
    }

    private func option(_ node: ManifestNode) -> String? {
      guard let option = reader.text(node, "an option of sbatch") else { return nil }
      let name = option.prefix { $0 != "=" && $0 != " " }
      guard option.hasPrefix("-"), !option.contains(where: \.isNewline) else {
        reader.mismatch(node, "an option of sbatch", expected: "a text such as --partition=cpu")
        return nil
      }
      guard !EngineSettings.reserved.contains(String(name)) else {
        reader.log.report(
          node.location, "\(name) is an option that 'submit' sets itself", expected: "another")
        return nil
      }
      return option
    }
  }

  /// Options without which the two jobs would not be what they are.
  private static let reserved: Set = [
    "--array", "-a", "--dependency", "-d", "--wrap", "--parsable", "--output", "-o", "--open-mode",
    "--chdir", "-D",
  ]
}
