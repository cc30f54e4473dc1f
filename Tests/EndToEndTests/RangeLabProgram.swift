import Foundation
import Glibc
import Testing

/// The built `rangelab`, run as a user runs it.
enum RangeLabProgram {
  /// What a run left behind.
  struct Outcome {
    /// The exit code; negative, the number of the signal that ended the program.
    let code: Int32
    let output: String
    let messages: String
  }

  /// The program next to the test bundle, or where RANGELAB_BINARY says.
  static let path: String? =
    ProcessInfo.processInfo.environment["RANGELAB_BINARY"] ?? built("rangelab")

  /// A program of the package, next to the test bundle.
  static func built(_ name: String) -> String? {
    let bundles = [Bundle.main.executablePath, CommandLine.arguments.first].compactMap { $0 }
    let neighbours = bundles.map {
      URL(filePath: $0).deletingLastPathComponent().path + "/" + name
    }
    return neighbours.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// The root of the package.
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// Runs the program in a folder and waits for it.
  ///
  /// Output goes to files, so that neither stream can fill a pipe while the other is read.
  ///
  /// - Parameters:
  ///   - output: Where standard output goes, such as `/dev/full`, in place of the outcome.
  ///   - input: What standard input is.
  ///   - variable: `NAME=VALUE`, set in the environment.
  ///   - program: Another program than `rangelab`.
  static func run(
    _ arguments: [String], in folder: String, output: String? = nil, input: String = "/dev/null",
    variable: String? = nil, program: String? = path
  ) throws -> Outcome {
    let program = try #require(
      program,
      "no rangelab next to the test bundle or at RANGELAB_BINARY; build the product rangelab")
    let base = NSTemporaryDirectory() + "/rangelab-e2e-\(UUID().uuidString)"
    let files = (output: base + ".out", messages: base + ".err")
    defer {
      unlink(files.output)
      unlink(files.messages)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, 1, output ?? files.output, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, files.messages, O_WRONLY | O_CREAT, 0o600)
    // env goes to the folder and then becomes the program.
    let command = ["env", "-C", folder] + [variable].compactMap { $0 } + [program] + arguments
    var words = command.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var child = pid_t()
    let failure = posix_spawn(&child, "/usr/bin/env", &actions, nil, &words, environ)
    try #require(failure == 0, "\(program): \(String(cString: strerror(failure)))")
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 { try #require(errno == EINTR) }
    // The low seven bits name a signal, the byte above them is the exit code.
    let code = status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f)
    return Outcome(
      code: code,
      output: output == nil ? try String(contentsOfFile: files.output, encoding: .utf8) : "",
      messages: try String(contentsOfFile: files.messages, encoding: .utf8))
  }
}
