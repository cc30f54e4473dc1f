internal import Yams

/// Puts what the YAML library says of broken syntax into the words of a diagnostic.
enum YAMLFault {
  /// What is wrong, and where if the library knows.
  static func describe(_ error: YamlError) -> (String, Place?) {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _):
      if problem.hasPrefix("Maximum nesting level") { return ("nested too deeply", place(mark)) }
      let text = context.map { "\(problem) (\($0.text))" } ?? problem
      return (text, place(mark))
    case .composer(_, let problem, let mark, _):
      // The one composer fault with a context is a second document; "but" refers to that context.
      return (
        problem == "but found another document" ? "a second document starts" : problem, place(mark)
      )
    case .reader(let problem, let offset, _, let yaml):
      return (problem, offset.map { place(ofCharacter: $0, in: yaml) })
    case .duplicatedKeysInMapping(let keys, let context):
      return ("key '\(keys.first ?? "")' is given twice", place(context.mark))
    case .memory:
      // The library reports its limit on nesting as a lack of memory.
      return ("nested too deeply", nil)
    case .no, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      return ("\(error)", nil)
    }
  }

  private static func place(_ mark: Mark) -> Place {
    .text(line: mark.line, column: mark.column)
  }

  private static func place(ofCharacter offset: Int, in text: String) -> Place {
    let before = text.prefix(offset)
    let lines = before.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    return .text(line: lines.count, column: (lines.last?.unicodeScalars.count ?? 0) + 1)
  }
}
