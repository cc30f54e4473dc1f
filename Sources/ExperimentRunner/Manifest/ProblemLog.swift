/// Gathers what is wrong, so that one reading of a manifest reports everything.
package final class ProblemLog {
  let source: ManifestSource
  private let overrides: [String]
  private var messages: [Place: [String]] = [:]

  init(source: ManifestSource, overrides: [String]) {
    self.source = source
    self.overrides = overrides
  }

  /// The number of faults so far: a reader that compares it before and after knows if it may go on.
  private(set) var count = 0

  /// Notes a fault; the same one at the same place only once.
  ///
  /// - Parameters:
  ///   - place: what the caret shall point at.
  ///   - what: what is wrong.
  ///   - expected: what would have been right.
  ///   - word: a word that may be misspelled...
  ///   - known: ...and those it may have been meant to be.
  package func report(
    _ place: Place, _ what: String, expected: String? = nil, word: String? = nil,
    known: [String] = []
  ) {
    var message = what
    if let expected { message += "; expected \(expected)" }
    if let word, let near = Suggestion.nearest(to: word, among: known) {
      message += "; did you mean '\(near)'?"
    }
    guard messages[place]?.contains(message) != true else { return }
    messages[place, default: []].append(message)
    count += 1
  }

  /// What a reader of the results should know although nothing is wrong, each once.
  private(set) var remarks: [String] = []
  private var remarked: Set<String> = []

  func remark(_ text: String) {
    if remarked.insert(text).inserted { remarks.append(text) }
  }

  /// Throws everything that was noted, if anything was.
  package func throwIfAny() throws(ManifestError) {
    if !messages.isEmpty { throw error }
  }

  /// Everything that was noted, in order.
  var error: ManifestError {
    ManifestError(
      messages.keys.sorted().flatMap { place in
        (messages[place] ?? []).map { diagnostic(place, $0) }
      })
  }

  private func diagnostic(_ place: Place, _ message: String) -> Diagnostic {
    switch place {
    case .text(let line, let column):
      let lines = source.lines
      return Diagnostic(
        file: source.path, line: line, column: column, message: message,
        sourceLine: lines.indices.contains(line - 1)
          ? Diagnostic.excerpt(lines[line - 1]) : "")
    case .option(let index):
      return Diagnostic(
        file: "--set \(overrides[index])", line: 0, column: 0, message: message, sourceLine: "")
    }
  }
}
