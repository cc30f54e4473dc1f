/// The attributes of a cell from the info string of its fence: `sh {name=sizes exit=2}`.
///
/// The first word is the language; braces hold words and `key=value` pairs, where a value in double
/// quotes may contain spaces.
struct CellAttributes: Equatable, Sendable {
  /// The treatment of standard output.
  enum Output: Equatable, Sendable {
    /// A code block of this language.
    case block(language: String)
    /// Markdown.
    case markdown
    /// Not part of the document; values may still be taken from it.
    case none
  }

  /// A figure that the cell writes to its scratch folder; the document has it below the output.
  struct Figure: Equatable, Sendable {
    /// The path relative to the scratch folder.
    let path: String
    /// The text for readers who cannot see the figure.
    var text = ""
  }

  private(set) var language: String
  private(set) var name: String?
  private(set) var exit: Int32 = 0
  private(set) var timeout: Double?
  private(set) var output = Output.block(language: "text")
  private(set) var figures: [Figure] = []
  private(set) var isSkipped = false

  /// - Throws: The fault in words.
  init(info: String) throws(CellAttributeFault) {
    let brace = info.firstIndex(of: "{") ?? info.endIndex
    language = String(info[..<brace].prefix { $0 != " " && $0 != "\t" })
    guard brace < info.endIndex else { return }
    guard info.last == "}" else { throw CellAttributeFault("'{' is not closed by '}'") }
    let inside = info[info.index(after: brace)...].dropLast()
    for word in try Self.words(inside) { try take(word) }
    if let blind = figures.first(where: { $0.text.isEmpty }) {
      throw CellAttributeFault(
        "show=\(blind.path) has no description; expected alt=\"...\" after it")
    }
  }

  private mutating func take(_ word: String) throws(CellAttributeFault) {
    guard let equals = word.firstIndex(of: "=") else {
      guard word == "skip" else { throw unknown(word) }
      isSkipped = true
      return
    }
    let (key, value) = (String(word[..<equals]), String(word[word.index(after: equals)...]))
    func expected(_ what: String) -> CellAttributeFault {
      CellAttributeFault("\(key) cannot be '\(value)'; expected \(what)")
    }
    switch key {
    case "name":
      guard Self.isName(value) else { throw expected("letters, digits, '-', '_' and '.'") }
      name = value
    case "exit":
      guard let code = Int32(value), (0...255).contains(code) else {
        throw expected("an exit code from 0 to 255")
      }
      exit = code
    case "timeout":
      guard let seconds = Double(value), seconds > 0, seconds.isFinite else {
        throw expected("a number of seconds above 0")
      }
      timeout = seconds
    case "output":
      switch value {
      case "none": output = .none
      case "markdown": output = .markdown
      default:
        guard Self.isName(value) else { throw expected("none, markdown or a language") }
        output = .block(language: value)
      }
    case "show":
      let parts = value.split(separator: "/", omittingEmptySubsequences: false)
      guard value.hasSuffix(".svg"), parts.allSatisfy({ Self.isName(String($0)) && $0 != ".." })
      else { throw expected("the path of a .svg file in $SCRATCH") }
      figures.append(Figure(path: value))
    case "alt":
      guard let last = figures.indices.last, figures[last].text.isEmpty else {
        throw CellAttributeFault("alt describes no figure; expected show=FILE before it")
      }
      guard !value.isEmpty, !value.contains("["), !value.contains("]") else {
        throw expected("words without brackets")
      }
      figures[last].text = value
    default: throw unknown(key)
    }
  }

  private func unknown(_ key: String) -> CellAttributeFault {
    CellAttributeFault(
      "unknown attribute '\(key)'; expected name, exit, timeout, output, show, alt or skip")
  }

  /// Whether a name needs no quotes anywhere: in cells, figures and values.
  private static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.unicodeScalars.allSatisfy {
        $0.isASCII
          && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_.".contains("\($0)"))
      }
  }

  /// The words between white space; quoted ones may contain it.
  private static func words(_ text: Substring) throws(CellAttributeFault) -> [String] {
    var words: [String] = []
    var word: String?
    var isQuoted = false
    for character in text {
      switch character {
      case "\"":
        isQuoted.toggle()
        word = word ?? ""
      case " " where !isQuoted, "\t" where !isQuoted:
        if let finished = word { words.append(finished) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    guard !isQuoted else { throw CellAttributeFault("a quotation mark is not closed") }
    return words + (word.map { [$0] } ?? [])
  }
}

/// The fault of an info string.
struct CellAttributeFault: Error {
  let message: String

  init(_ message: String) { self.message = message }
}
