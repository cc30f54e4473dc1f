/// The separators between the cells of a text file, and whether numbers have decimal commas.
///
/// Programs in countries with decimal commas use semicolons or tabs as separators. So:
/// - If there are semicolons, they are the separators, and commas are decimal marks.
/// - If tabs separate words, and all commas are within words, tabs are the separators, and commas are
///   decimal marks.
/// - If blanks separate words otherwise, and a comma is within a word, it may be either: an error.
/// - If there are commas in other places only, commas are the separators.
/// - Without semicolons and commas, tabs are the separators if there are no other blanks between words;
///   otherwise all blanks are.
struct TextConvention {
  /// The separators; empty if blanks separate cells.
  let separators: [UInt8]
  let hasDecimalComma: Bool

  /// The bytes that are blanks, unless they are separators.
  static let blanks: [UInt8] = Array(" \t\u{B}\u{C}".utf8)

  /// Finds the convention of a file from all its lines, which have no comments.
  init(_ lines: [ArraySlice<UInt8>], name: String) throws(TensorFileError) {
    var marks = Marks()
    for (index, line) in lines.enumerated() { marks.count(line, number: index + 1) }
    let tab = marks.tabs > 0 && marks.spaces == 0 ? [UInt8(ascii: "\t")] : []
    if marks.semicolons > 0 {
      (separators, hasDecimalComma) = ([UInt8(ascii: ";")] + tab, marks.commas > 0)
    } else if marks.commas == 0 {
      (separators, hasDecimalComma) = (tab, false)
    } else if let inner = marks.firstInnerComma, marks.tabs + marks.spaces > 0 {
      guard !tab.isEmpty, marks.outerCommas == 0 else {
        throw .malformed(
          name: name,
          reason:
            "line \(inner.line), column \(column(of: inner.place, in: lines[inner.line - 1])): "
            + "a comma that may separate numbers or be a decimal mark; expected one kind of "
            + "separator")
      }
      (separators, hasDecimalComma) = (tab, true)
    } else {
      (separators, hasDecimalComma) = ([UInt8(ascii: ",")], false)
    }
  }

  /// Counts of the marks between words, outside of quotes.
  private struct Marks {
    var semicolons = 0
    var commas = 0
    /// The number of commas next to a blank, a separator or an end of the line.
    var outerCommas = 0
    var firstInnerComma: (line: Int, place: Int)?
    /// The numbers of runs of blanks between words, with a tab among the blanks and without.
    var tabs = 0
    var spaces = 0

    mutating func count(_ line: ArraySlice<UInt8>, number: Int) {
      var isQuoted = false
      /// The last byte that is not a blank, and whether there was a blank after it, and a tab.
      var (before, hasBlank, hasTab): (UInt8?, Bool, Bool) = (nil, false, false)
      for (place, byte) in zip(line.indices, line) {
        if isQuoted {
          isQuoted = byte != UInt8(ascii: "\"")
          continue
        }
        if TextConvention.blanks.contains(byte) {
          hasBlank = true
          if byte == UInt8(ascii: "\t") { hasTab = true }
          continue
        }
        let isSeparator = byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";")
        if hasBlank, !isSeparator, let before, before != UInt8(ascii: ","),
          before != UInt8(ascii: ";")
        {
          if hasTab { tabs += 1 } else { spaces += 1 }
        }
        if byte == UInt8(ascii: ";") { semicolons += 1 }
        if byte == UInt8(ascii: ",") { countComma(line, at: place, number: number) }
        isQuoted = byte == UInt8(ascii: "\"")
        (before, hasBlank, hasTab) = (byte, false, false)
      }
    }

    private mutating func countComma(_ line: ArraySlice<UInt8>, at place: Int, number: Int) {
      commas += 1
      func isInNumber(_ place: Int) -> Bool {
        line.indices.contains(place) && "0123456789.+-".utf8.contains(line[place])
      }
      if isInNumber(place - 1), isInNumber(place + 1) {
        if firstInnerComma == nil { firstInnerComma = (number, place) }
      } else {
        outerCommas += 1
      }
    }
  }
}

/// The column of a byte of a line, in characters and from 1.
func column(of place: Int, in line: ArraySlice<UInt8>) -> Int {
  String(decoding: line[..<place], as: UTF8.self).count + 1
}
