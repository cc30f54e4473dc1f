internal import Foundation
package import RangeEstimation
internal import ResultRecords
internal import TensorIO

/// The reason why a program cannot be used as an estimator.
package enum ExternalRuleFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// The name does not have the form that results need.
  case badName(String)
  /// An estimator of the registry already has the name.
  case takenName(String)
  /// The command is empty.
  case noCommand
  /// The program does not exist or is not executable.
  case notFound(program: String)
  /// A file that the command names cannot be read.
  case unreadable(String)
  /// The timeout is not a positive number of seconds.
  case badTimeout

  /// The fault and what would be right.
  package var description: String {
    switch self {
    case .badName(let name):
      "an external rule cannot be called '\(name)'; expected up to 64 of the characters a-z, 0-9 and "
        + "'-', a letter first"
    case .takenName(let name): "'\(name)' is an estimator already; expected another name"
    case .noCommand: "an external rule has no command; expected a program and its arguments"
    case .notFound(let program):
      "there is no program '\(program)'; expected one in PATH, or the path of one that may be run"
    case .unreadable(let reason): reason
    case .badTimeout: "a timeout is a number of seconds above 0, up to 86400"
    }
  }
}

extension ExternalRuleFault {
  /// The manifest key with the fault.
  var key: String {
    switch self {
    case .badName, .takenName: "name"
    case .noCommand, .notFound, .unreadable: "command"
    case .badTimeout: "timeout"
    }
  }
}

/// An external estimator: a program in any language that receives values and a number format and
/// answers with a range.
///
/// The program is started once for each worker that uses it, and answers lane after lane until its
/// input ends. For each lane it reads a line of JSON, then the values as little-endian Float32:
/// ```
/// {"count":1024,"format":"int8-narrow","maximum_code":127,"minimum_code":-127,"rangelab":1,"scheme":"symmetric"}
/// ```
/// A format whose levels are not integers has `levels` instead of the codes. The program writes one
/// line, in one of three forms:
/// ```
/// {"scale": 0.05, "zero_point": 0}    {"lower": -6.4, "upper": 6.35}    {"not_defined": "reason"}
/// ```
/// The same lane and format must get the same answer, whatever was asked before.
package struct ExternalRule: Sendable {
  /// The version of the protocol.
  static let protocolVersion = 1
  /// The default number of seconds for one answer.
  package static let usualTimeout = 60.0

  /// The program and its arguments.
  let command: [String]
  /// The folder in which the program runs.
  let folder: String
  /// The number of seconds for one answer.
  let timeout: Double

  /// Creates a rule.
  ///
  /// - Parameters:
  /// - name: The name in results.
  ///   - command: The program, a path or looked up in PATH, and its arguments.
  /// - folder: The folder in which it runs, and where relative paths start.
  ///   - timeout: The seconds that one answer may take; then the program is ended.
  /// - registry: The estimators whose names cannot be used.
  /// - Throws: ``ExternalRuleFault`` if the program does not exist or another argument is wrong.
  package static func named(
    _ name: String, command: [String], in folder: String, timeout: Double = usualTimeout,
    besides registry: EstimatorRegistry
  ) throws(ExternalRuleFault) -> NamedEstimator {
    let letters = "abcdefghijklmnopqrstuvwxyz", others = "0123456789-"
    guard name.utf8.count <= 64, let first = name.first, letters.contains(first),
      name.allSatisfy((letters + others).contains)
    else { throw .badName(name) }
    guard (try? registry.descriptor(of: name)) == nil else { throw .takenName(name) }
    guard timeout > 0, timeout <= 86_400 else { throw .badTimeout }
    let rule = ExternalRule(command: command, folder: folder, timeout: timeout)
    guard let program = command.first, !program.isEmpty else { throw .noCommand }
    guard rule.isThere(program) else { throw .notFound(program: program) }
    return NamedEstimator(
      name: name, identity: try rule.identity, estimator: ExternalEstimator(rule, named: name))
  }

  /// The hash of the command and of the contents of the files that it names, on which answers
  /// depend.
  private var identity: String {
    get throws(ExternalRuleFault) {
      var parts = ["external \(Self.protocolVersion)"] + command
      do throws(TensorFileError) {
        for word in command {
          let path = path(word)
          var isFolder: ObjCBool = false
          guard word != command[0] || word.contains("/"),
            FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
            !isFolder.boolValue
          else { continue }
          parts.append(try HashedFile(path: path).hash)
        }
      } catch {
        throw .unreadable("\(error)")
      }
      return ContentHash.of(parts)
    }
  }

  private func isThere(_ program: String) -> Bool {
    guard !program.contains("/") else {
      return FileManager.default.isExecutableFile(atPath: path(program))
    }
    let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return folders.split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
    }
  }

  private func path(_ word: String) -> String {
    word.hasPrefix("/") ? word : "\(folder)/\(word)"
  }
}
