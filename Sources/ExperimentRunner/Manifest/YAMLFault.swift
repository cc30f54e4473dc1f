internal import Yams

/// Turns an error of the YAML library into the message of a diagnostic.
enum YAMLFault {
  /// The message, and the location if the library knows it.
  static func describe(_ error: YamlError) -> (String, ManifestLocation?) {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _):
      if problem.hasPrefix("Maximum nesting level") { return ("nested too deeply", location(mark)) }
      let text = context.map { "\(problem) (\($0.text))" } ?? problem
      return (text, location(mark))
    case .composer(_, let problem, let mark, _):
      // The one composer error with a context is a second document; "but" refers to that context.
      return (
        problem == "but found another document" ? "a second document starts" : problem,
        location(mark)
      )
    case .reader(let problem, let offset, _, let yaml):
      return (problem, offset.map { location(ofCharacter: $0, in: yaml) })
    case .duplicatedKeysInMapping(let keys, let context):
      return ("key '\(keys.first ?? "")' is given twice", location(context.mark))
    case .memory:
      // The library reports its limit on nesting as a lack of memory.
      return ("nested too deeply", nil)
    case .no, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      return ("\(error)", nil)
    }
  }

  private static func location(_ mark: Mark) -> ManifestLocation {
    .text(line: mark.line, column: mark.column)
  }

  private static func location(ofCharacter offset: Int, in text: String) -> ManifestLocation {
    let before = text.prefix(offset)
    let lines = before.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    return .text(line: lines.count, column: (lines.last?.unicodeScalars.count ?? 0) + 1)
  }
}
