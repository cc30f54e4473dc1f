/// What the info string of a fence says about its cell: `sh {name=sizes exit=2}`.
///
/// The first word is the language; braces hold words and `key=value` pairs, where a value in double
/// quotes may contain spaces.
struct CellAttributes: Equatable, Sendable {
  /// What becomes of the standard output.
  enum Output: Equatable, Sendable {
    /// Shown as a code block of this language.
    case block(language: String)
    /// Shown as the Markdown it is.
    case markdown
    /// Not shown; values may be taken from it all the same.
    case none
  }

  /// A figure the cell leaves in its scratch folder, shown below its output.
  struct Figure: Equatable, Sendable {
    /// Relative to the scratch folder.
    let path: String
    /// What is to be seen, for those who cannot see it.
    var text = ""
  }

  private(set) var language: String
  private(set) var name: String?
  private(set) var exit: Int32 = 0
  private(set) var timeout: Double?
  private(set) var output = Output.block(language: "text")
  private(set) var figures: [Figure] = []
  private(set) var isSkipped = false

  /// - Throws: What is wrong, in words.
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

  /// What may stand in names of cells and figures without being quoted anywhere.
  private static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.unicodeScalars.allSatisfy {
        $0.isASCII
          && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_.".contains("\($0)"))
      }
  }

  /// Words between white space; quotes keep theirs.
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

/// What is wrong with an info string.
struct CellAttributeFault: Error {
  let message: String

  init(_ message: String) { self.message = message }
}
