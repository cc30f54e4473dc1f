/// The output and the figures of a cell.
struct CellOutput: Equatable, Sendable {
  /// Standard output, each line ended by `\n`.
  let text: String
  /// Bytes of the figures, in the order of the attributes.
  var figures: [[UInt8]] = []

  /// - Parameter scratch: The scratch folder, whose name differs from run to run.
  /// - Throws: The reason why the output cannot be part of a document.
  init(_ bytes: [UInt8], scratch: String) throws(ValueFault) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ValueFault("prints bytes that are not UTF-8")
    }
    var lines = DocumentLines(text).lines.map(\.text)
    for (index, line) in lines.enumerated() {
      if let control = line.unicodeScalars.first(where: {
        $0.properties.generalCategory == .control && $0 != "\t"
      }) {
        throw ValueFault(
          "prints the control character U+\(Self.hexadecimal(control)) in line \(index + 1)")
      }
      lines[index] = line.replacing(scratch, with: "$SCRATCH")
    }
    self.text = lines.map { $0 + "\n" }.joined()
  }

  private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// The lines below a cell, beginning with a blank line; empty if there is no output.
  ///
  /// - Parameter folder: The folder of figures, relative to the document.
  func lines(for cell: Cell, figures folder: String) -> [String] {
    var parts: [[String]] = []
    let printed = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    switch cell.attributes.output {
    case .block(let language) where !text.isEmpty:
      let fence = String(repeating: "`", count: max(3, text.longestRun(of: "`") + 1))
      parts.append([fence + language] + printed.map(String.init) + [fence])
    case .markdown where !text.isEmpty: parts.append(printed.map(String.init))
    default: break
    }
    parts += cell.attributes.figures.map { ["![\($0.text)](\(folder)/\($0.name))"] }
    guard !parts.isEmpty else { return [] }
    let margin = String(repeating: " ", count: cell.indentation)
    // Some readers of Markdown need blank lines around everything.
    let lines =
      ["", Notebook.outputBegins, ""] + parts.joined(separator: [""]) + ["", Notebook.outputEnds]
    return lines.map { $0.isEmpty ? "" : margin + $0 }
  }
}

extension CellAttributes.Figure {
  /// The name of the file beside the document.
  var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}

extension String {
  fileprivate func longestRun(of mark: Character) -> Int {
    var (longest, run) = (0, 0)
    for character in self {
      run = character == mark ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
