import Figures
import Foundation
import QuantizationCore
import Reports
import ResultAnalysis
import ResultRecords
import Testing

/// Text that a stranger chose is shown by every renderer, and does nothing there.
@Suite struct HostileNameTests {
  /// Names that would do something in some place that shows them.
  static let names = [
    "::error::owned", "a\n::error file=x::owned", "x\r\n##[error]owned", "##[group]owned",
    "\u{1B}[2J\u{1B}]0;owned\u{7}", "\u{9B}31mowned", "\u{202E}denwo\u{2066}",
    "a\u{2028}::error::b",
    "a|b\\|c`d``e", "<!-- <script>alert(1)</script> <img src=x> -->",
    "](http://owned.example) ![x](y)",
    "# owned\n\n- [ ] https://owned.example www.owned.example a@owned.example",
    "\\input{/etc/passwd}%&_#$^~{}", "]]> &amp; \" '", "*a* _b_ ~~c~~ $d$ <b@c.de>",
  ]

  /// Six tensors and two estimators with the name in their own, one cell failed for such a reason.
  private func records(_ name: String, factor: Double = 1) throws -> [ResultRecord] {
    try (0..<6).flatMap { index in
      try ["minmax", name].enumerated().map { place, estimator in
        try record("\(name)\(index)", estimator, mse: factor * Double(place + 1))
      }
    } + [try record("\(name)0", name, bits: 4, mse: nil, status: .failed(name))]
  }

  private func gate(_ name: String) throws -> Gate {
    Gate(
      try records(name, factor: 2).dropLast() + [try record("\(name)9", name, mse: .nan)],
      baseline: try records(name) + [try record("\(name)8", name, mse: 1)],
      networks: GateNetworks(now: networks(name, factor: 2), before: networks(name)))
  }

  /// Rows of a network of the name, by rules of which one has it.
  private func networks(_ name: String, factor: Double = 1) -> [NetworkRecord] {
    networkRows(["minmax", name], model: name, data: name, factor: factor)
  }

  /// A tensor of four values with the name, and what estimators make of it.
  private func inspection(_ name: String) throws -> Inspection {
    let records = try records(name)
    let curve = TensorProfile.ErrorCurve(
      zeroPoint: 0, end: .upper, clips: [0.5, 1], clipping: [0.1, 0], rounding: [0.1, 0.2])
    let profile = TensorProfile(
      tensor: "\(name)0", shape: [2, 2], elements: 4, dropped: 0,
      statistics: TensorProfile.Statistics(
        minimum: -1, maximum: 1, mean: 0, standardDeviation: 1, excessKurtosis: -1, zeroFraction: 0,
        negativeShare: 0.5, tailMagnitude: 1),
      histogram: TensorProfile.Histogram(lower: -1, upper: 1, counts: [2, 0, 0, 2]),
      grids: Set(records.map(\.key.grid)).sorted { $0.bits < $1.bits }.map {
        TensorProfile.GridProfile(
          grid: $0, levelsUsed: 2, effectiveLevels: 2, curve: curve, optimum: nil)
      })
    return Inspection(
      profile: profile, choices: records.map { Inspection.Choice(record: $0, parameters: []) })
  }

  /// What a terminal shows, line after line, of each renderer.
  private func printed(_ name: String) throws -> [(of: String, text: String)] {
    let comparison = try ErrorComparison(ErrorTable(estimatorsOf: try records(name)))
    let files = try ErrorComparison(
      ErrorTable(files: [(name, try records(name)), ("b", try records(name, factor: 2))]))
    let networks = NetworkComparison(
      [(name, networks(name)), ("b", self.networks(name, factor: 2))], reference: name)
    let rows = self.networks(name)
    let all = try records(name) + networkCells(["minmax", name], model: name)
    let gate = try gate(name)
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    func json(_ value: some Encodable) throws -> String {
      JSONText.shown(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
    return [
      ("inspection", try inspection(name).text), ("list", RecordList(try records(name)).text),
      ("gate", GateReport(gate, title: name).text),
      ("gate difference", GateReport(gate, title: name).difference),
      ("gate markdown", GateReport(gate, title: name).markdown),
      ("gate junit", GateJUnit(gate, name: name).xml), ("gate json", try json(GateDocument(gate))),
      ("comparison", ComparisonReport(comparison).text),
      ("comparison markdown", ComparisonReport(comparison).markdown),
      ("files", ComparisonReport(files, networks: networks).text),
      ("files markdown", ComparisonReport(files, networks: networks).markdown),
      ("csv", ComparisonCSV(comparison).text),
      ("csv files", ComparisonCSV(files, networks: networks).text),
      ("latex", ComparisonLaTeX(comparison, networks: networks).text),
      ("json", try json(ComparisonDocument(files, networks: networks))),
      ("summary", Summary(title: name, question: name, records: all, networks: rows).markdown),
      ("brief", Summary(title: name, question: name, records: all, networks: rows).brief),
    ]
  }

  @Test("nothing that is printed disturbs a terminal or commands a build server", arguments: names)
  func terminal(name: String) throws {
    for (renderer, text) in try printed(name) {
      let odd = text.unicodeScalars.filter {
        $0 != "\n"
          && [.control, .format, .lineSeparator, .paragraphSeparator].contains(
            $0.properties.generalCategory)
      }
      #expect(odd.isEmpty, "\(renderer): \(odd)")
      #expect(!text.contains("##["), "\(renderer)")
      let lines = text.split(separator: "\n").map { $0.drop { $0.isWhitespace } }
      #expect(!lines.contains { $0.hasPrefix("::") }, "\(renderer)")
    }
  }

  @Test("annotations are as many lines as findings, whatever the names", arguments: names)
  func annotations(name: String) throws {
    let plain = GateAnnotations(try gate("plain"), title: "t", baselinePath: "b").text
    let text = GateAnnotations(try gate(name), title: name, baselinePath: name).text
    #expect(text.count { $0.isNewline } == plain.count { $0.isNewline })
    #expect(
      text.split(separator: "\n").allSatisfy {
        $0.hasPrefix("::error file=") || $0.hasPrefix("::notice file=")
      })
    #expect(
      !text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
  }

  @Test("Markdown has no more structure than with plain names", arguments: names)
  func markdown(name: String) throws {
    for (renderer, text) in try printed(name)
    where ["summary", "brief", "gate markdown", "comparison markdown", "files markdown"].contains(
      renderer)
    {
      let plain = try #require(try printed("plain").first { $0.of == renderer }?.text)
      let (lines, other) = (text.split(separator: "\n"), plain.split(separator: "\n"))
      #expect(lines.count == other.count, "\(renderer)")
      #expect(
        lines.map { MarkdownLine(String($0)) } == other.map { MarkdownLine(String($0)) },
        "\(renderer)\n\(text)")
    }
  }

  @Test("pages and pictures have no more elements than with plain names", arguments: names)
  func markup(name: String) throws {
    func elements(_ name: String) throws -> [[String: Int]] {
      var subject = ReportSubject(
        name: name, question: name,
        records: try records(name) + networkCells(["minmax", name], model: name),
        networks: networks(name),
        origin: ReportOrigin(
          path: name, contentHash: "", provenance: [(name, name)], commands: [name]))
      subject.figures = ReportFigures(try records(name)).figures
      let page = ReportPage([subject]).html
      let junit = GateJUnit(try gate(name), name: name).xml
      for text in [page, junit] + subject.figures.map(\.svg) {
        #expect(
          !text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
        #expect(!text.unicodeScalars.contains { $0.properties.isBidiControl })
      }
      let inspected = InspectionPage([try inspection(name)]).html
      return try ([page, inspected, junit] + subject.figures.map(\.svg)).map { text in
        Dictionary(grouping: try PageDocument(text).all, by: \.name).mapValues(\.count)
      }
    }
    // Names of parameters may be broken after brackets and equals signs.
    func counted(_ name: String) throws -> [[String: Int]] {
      try elements(name).map { $0.filter { !["wbr", "tspan", "text"].contains($0.key) } }
    }
    #expect(try counted(name) == counted("plain"))
  }

  @Test("LaTeX has balanced braces and no command of a name's", arguments: names)
  func latex(name: String) throws {
    let text = ComparisonLaTeX(
      try ErrorComparison(ErrorTable(estimatorsOf: try records(name)))
    ).text
    var depth = 0
    var previous: Character = " "
    for character in text {
      if previous != "\\" { depth += character == "{" ? 1 : character == "}" ? -1 : 0 }
      #expect(depth >= 0)
      previous = character == "\\" && previous == "\\" ? " " : character
    }
    #expect(depth == 0)
    #expect(!text.contains("\\input"))
    for line in text.split(separator: "\n").dropFirst() {
      #expect(!line.replacing("\\%", with: "").contains("%"), "\(line)")
    }
  }
}

/// What Markdown sees in a line: cells of a table, where code begins and ends, and the marks outside.
private struct MarkdownLine: Equatable {
  var cells = 0
  var spans = 0
  var marks: [String] = []

  init(_ line: String) {
    let characters = Array(line)
    var index = 0
    var outside = ""
    while index < characters.count {
      if characters[index] == "\\", index + 1 < characters.count {
        index += 2
        continue
      }
      if characters[index] == "`" {
        let run = characters[index...].prefix { $0 == "`" }.count
        var end = index + run
        while end < characters.count {
          let length = characters[end...].prefix { $0 == "`" }.count
          if length == run { break }
          // Cells end before code is looked for.
          if characters[end] == "|", characters[end - 1] != "\\" { cells += 1 }
          end += max(1, length)
        }
        if end < characters.count {
          spans += 1
          index = end + run
          continue
        }
        outside.append("`")
        index += run
        continue
      }
      if characters[index] == "|" { cells += 1 }
      outside.append(characters[index])
      index += 1
    }
    // Pipes mean something in tables only.
    if !line.hasPrefix("|") { cells = 0 }
    let patterns = [
      #/<[A-Za-z!\/]/#, #/!?\[[^\]]*\]\(/#, #/https?:\/\//#, #/www\./#, #/[A-Za-z0-9]@[a-z]/#,
      #/&[a-z#]+;/#,
      #/^#+ /#, #/^[-+] /#, #/`/#, #/~~/#,
      #/[*_$]/#,
    ]
    marks = patterns.flatMap { outside.matches(of: $0).map { String($0.output) } }
  }
}
