/// Collects the faults of a manifest, so that one reading reports all of them.
package final class FaultLog {
  let source: ManifestSource
  private let overrides: [String]
  private var messages: [ManifestLocation: [String]] = [:]

  init(source: ManifestSource, overrides: [String]) {
    self.source = source
    self.overrides = overrides
  }

  /// The number of faults so far.
  ///
  /// A reader compares it before and after a step to see if the step failed.
  private(set) var count = 0

  /// Notes a fault; the same one at the same location only once.
  ///
  /// - Parameters:
  ///   - location: The position under which the message prints a caret.
  ///   - what: The fault.
  ///   - expected: What would be right.
  ///   - word: A word that may be misspelled.
  ///   - known: The correct words; the message suggests the nearest one.
  package func report(
    _ location: ManifestLocation, _ what: String, expected: String? = nil, word: String? = nil,
    known: [String] = []
  ) {
    var message = what
    if let expected { message += "; expected \(expected)" }
    if let word { message += Suggestion.hint(for: word, among: known) }
    guard messages[location]?.contains(message) != true else { return }
    messages[location, default: []].append(message)
    count += 1
  }

  /// Remarks on things that are no fault but affect how results are read; each is kept once.
  private(set) var remarks: [String] = []
  private var remarked: Set<String> = []

  func remark(_ text: String) {
    if remarked.insert(text).inserted { remarks.append(text) }
  }

  /// Throws all faults in one error, if there are any.
  package func throwIfAny() throws(ManifestError) {
    if !messages.isEmpty { throw error }
  }

  /// All faults as one error, sorted by location.
  var error: ManifestError {
    ManifestError(
      messages.keys.sorted().flatMap { location in
        (messages[location] ?? []).map { diagnostic(location, $0) }
      })
  }

  private func diagnostic(_ location: ManifestLocation, _ message: String) -> Diagnostic {
    switch location {
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
