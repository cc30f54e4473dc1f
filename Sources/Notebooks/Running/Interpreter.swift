/// The interpreter for the cells of a language.
struct Interpreter: Equatable, Sendable {
  /// The program and the arguments before the code.
  let command: [String]
  /// Whether the program takes a name as an argument after the code.
  let takesName: Bool

  /// The interpreter of a language; nil if its cells are not run.
  ///
  /// `sh` is bash in POSIX mode. The standard has had `pipefail` since 2024 but dash has not, and
  /// without it a failure before a pipe looks like success.
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
