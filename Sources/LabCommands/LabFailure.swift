internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import GradientGraphs
internal import IntegerLayers
internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkQuantization
internal import NetworkRuntime
internal import NetworkTraining
internal import RangeEstimation
internal import ResultAnalysis
internal import Synchronization
internal import TensorIO

/// The exit codes, on which scripts rely.
enum LabExit: Int32 {
  case internalError = 1
  case regression = 2
  case cellsFailed = 3
  case notComparable = 5
  case usage = 64
  case badInput = 65
  case missingInput = 66
  case unwrittenOutput = 74
  case incomplete = 75
}

/// A failure with its message and its exit code.
struct LabFailure: Error {
  let message: String
  let exit: LabExit

  init(_ message: String, _ exit: LabExit) {
    self.message = message
    self.exit = exit
  }

  /// The message without the leading word "error: ".
  var reason: String { message.hasPrefix("error: ") ? String(message.dropFirst(7)) : message }

  /// Maps every kind of error to its message and exit code; no other code does.
  init(_ error: any Error) {
    switch error {
    case let failure as LabFailure: self = failure
    case let error as ManifestError:
      self.init(error.description, error.isMissingFile ? .missingInput : .badInput)
    case let error as TensorFileError:
      if case .unwritable = error {
        self.init("error: \(error)", .usage)
      } else {
        self.init("error: \(error)", error.isMissingFile ? .missingInput : .badInput)
      }
    case let error as EstimatorError:
      self.init("error: \(error)\(Self.hint(error))", .usage)
    case let error as ComparisonError:
      let exits: [ComparisonError.Fault: LabExit] = [
        .tooFew: .badInput, .nothingInCommon: .notComparable, .unknownReference: .usage,
      ]
      self.init("error: \(error)", exits[error.fault] ?? .internalError)
    case let error as ModelError:
      self.init("error: \(error)", error.isMissingFile ? .missingInput : .badInput)
    case is SlurmEngine.Failure: self.init("error: \(error)", .incomplete)
    case is PartError: self.init("error: \(error)", .badInput)
    case is NetworkError, is NetworkDataError, is IntegerError, is GradientError, is TrainingError:
      self.init("error: \(error)", .badInput)
    case let error as RuntimeError:
      switch error {
      // 3: ONNX Runtime's code for a file that is not there.
      case .libraryMissing, .failed(code: 3, _): self.init("error: \(error)", .missingInput)
      default: self.init("error: \(error)", .badInput)
      }
    default: self.init("error: \(error)", .internalError)
    }
  }
}

extension LabFailure {
  /// A fault of the command line.
  static func usage(_ message: String) -> LabFailure { LabFailure("error: \(message)", .usage) }

  /// A suggestion for a misspelled name of an estimator.
  private static func hint(_ error: EstimatorError) -> String {
    switch error {
    case .unknownEstimator(let name, let known): didYouMean(name, among: known)
    case .unknownParameter(let name, _, let known): didYouMean(name, among: known)
    default: ""
    }
  }
}

/// `; did you mean 'estimate'?`, or an empty text if no known word is near.
func didYouMean(_ word: String, among known: [String]) -> String {
  Suggestion.hint(for: word, among: known)
}

/// Runs a command; an error becomes one message and an exit code.
func reportingFailure(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let code as ExitCode {
    throw code
  } catch {
    let failure = LabFailure(error)
    StandardError.say(failure.message)
    throw ExitCode(failure.exit.rawValue)
  }
}

/// Standard error, which is for messages to people; standard output is for results.
enum StandardError {
  /// The messages of this task; they are held until its turn, because several threads write at once.
  @TaskLocal static var held: HeldMessages?

  /// Writes a message of one line or more.
  ///
  /// The text may come from anywhere, a file name for example: control characters are escaped, so that
  /// it cannot disturb a terminal, and no line is a workflow command to a build server.
  static func say(_ text: String) {
    let lines = printableLines(text) + "\n"
    if let held { held.add(lines) } else { write(lines) }
  }

  /// Writes text as it is: for text that is known to be harmless, or that moves the cursor.
  static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}

/// The messages of one thread that are not written yet.
final class HeldMessages: Sendable {
  private let lines = Mutex("")

  func add(_ text: String) { lines.withLock { $0 += text } }

  /// Writes the messages.
  func release() {
    let text = lines.withLock { $0 }
    if !text.isEmpty { StandardError.write(text) }
  }
}
