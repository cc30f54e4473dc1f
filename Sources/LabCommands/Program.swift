internal import ArgumentParser
internal import ExperimentRunner
@preconcurrency internal import Glibc
internal import QuantizationKernels
public import RangeEstimation

extension RangeLabCommand {
  /// Runs the command line of this process and ends it.
  ///
  /// An executable with estimators of its own is one line:
  /// `RangeLabCommand.main(registry: .builtIn.adding([MyEstimator.self]))`.
  ///
  /// Output is flushed before the exit code is chosen: output that cannot be written (a full disk,
  /// `/dev/full`, a closed descriptor) is an error with exit code 74. A closed pipe ends the
  /// process by SIGPIPE, as with other tools; if that signal is ignored, it is the same error.
  ///
  /// - Parameter registry: The estimators that command lines and manifests may name.
  public static func main(registry: EstimatorRegistry) -> Never {
    var code = ExitCode.success
    do {
      try checkKernels()
      try checkVerb(CommandLine.arguments.dropFirst())
      var command = try parseAsRoot()
      if var verb = command as? any RegistryCommand {
        try verb.run(with: registry)
      } else {
        try command.run()
      }
    } catch {
      code = exitCode(for: error)
      let message = fullMessage(for: error)
      if !message.isEmpty {
        // Help and versions are results; everything else is a message.
        if code.isSuccess { print(message) } else { StandardError.say(message) }
      }
    }
    if let reason = unwrittenOutput() {
      StandardError.say("error: standard output cannot be written: \(reason)")
      if code.isSuccess { code = ExitCode(LabExit.unwrittenOutput.rawValue) }
    }
    exit(withError: code)
  }

  /// Fails if the requested variant of the kernels cannot run, instead of using another one.
  private static func checkKernels() throws {
    let known = KernelPath.available.map(\.description)
    guard let name = KernelPath.requested, !known.contains(name) else { return }
    throw ValidationError(
      "\(KernelPath.variable) cannot be '\(name)'; expected one of \(known.joined(separator: ", "))"
    )
  }

  /// Suggests a verb for a misspelled one; the parser reports only an unexpected argument.
  private static func checkVerb(_ arguments: ArraySlice<String>) throws {
    var verbs = configuration.subcommands
    for word in arguments {
      guard !verbs.isEmpty, !word.hasPrefix("-"), word != "help" else { return }
      guard let verb = verbs.first(where: { $0._commandName == word }) else {
        throw ValidationError(
          "unknown command '\(word)'" + didYouMean(word, among: verbs.map { $0._commandName }))
      }
      verbs = verb.configuration.subcommands
    }
  }

  /// The reason why output could not be written; nil if all of it was.
  ///
  /// `print` reports no errors, but the stream keeps them.
  private static func unwrittenOutput() -> String? {
    errno = 0
    let isWritten = fflush(stdout) == 0 && ferror(stdout) == 0
    // The stream keeps that an earlier write failed, but not the reason.
    return isWritten
      ? nil : errno == 0 ? "an earlier write failed" : String(cString: strerror(errno))
  }
}

/// A verb that uses estimators and receives the registry of them.
protocol RegistryCommand: ParsableCommand {
  /// Runs the verb.
  mutating func run(with registry: EstimatorRegistry) throws
}
