/// What runs the cells of a language.
struct Interpreter: Equatable, Sendable {
  /// The program and the arguments before the code.
  let command: [String]
  /// Whether the program takes a name for the code after it.
  let takesName: Bool

  /// The interpreter of a language, if its cells are run.
  ///
  /// `sh` is bash kept to POSIX: the standard has had `pipefail` since 2024, dash has not, and
  /// without it a failure in front of a pipe passes for success.
  init?(language: String) {
    switch language {
    case "sh":
      (command, takesName) = (
        ["bash", "--noprofile", "--norc", "--posix", "-euo", "pipefail", "-c"], true
      )
    case "python3": (command, takesName) = (["python3", "-I", "-c"], false)
    default: return nil
    }
  }
}
