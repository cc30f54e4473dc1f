internal import Foundation

/// The width of text, for placing labels where nothing else is.
///
/// The widths are those of Liberation Sans, which has the metrics of Helvetica and Arial, the fonts
/// of figures. There is no kerning, and a letter that is not in the table counts as a wide one.
package enum TextMetrics {
  /// The fonts, best first.
  package static let fontFamily = "Helvetica, Arial, 'Liberation Sans', sans-serif"

  /// The height of letters above the baseline, as a share of the font size.
  package static let ascent = 0.76
  /// The depth of letters below the baseline, as a share of the font size.
  package static let descent = 0.22

  /// The width of a text on one line, in pixels.
  package static func width(_ text: String, _ style: TextStyle) -> Double {
    text.unicodeScalars.reduce(0) { $0 + Double(thousandths($1, style.isBold)) }
      * style.size / 1000
  }

  /// The rectangle of a text whose anchor is at a point of the baseline.
  package static func box(
    _ text: String, at point: Point, _ style: TextStyle, _ anchor: TextAnchor = .start
  ) -> Box {
    let width = width(text, style)
    let left =
      switch anchor {
      case .start: point.x
      case .middle: point.x - width / 2
      case .end: point.x - width
      }
    return Box(
      left: left, top: point.y - ascent * style.size, right: left + width,
      bottom: point.y + descent * style.size)
  }

  /// The text, or its two ends around an ellipsis if it is too wide.
  package static func fitted(_ text: String, _ style: TextStyle, within width: Double) -> String {
    guard self.width(text, style) > width else { return text }
    let letters = Array(text)
    // Names differ at their ends more often than in the middle.
    var kept = letters.count - 1
    while kept > 1 {
      let tail = kept / 3
      let short =
        String(letters.prefix(kept - tail)) + "…" + String(letters.suffix(tail))
      if self.width(short, style) <= width { return short }
      kept -= 1
    }
    return "…"
  }

  /// Names fitted so that they remain distinct: those that would look alike lose their common
  /// beginning.
  package static func fitted(
    _ names: [String], _ style: TextStyle, within width: Double
  ) -> [String] {
    let plain = names.map { fitted($0, style, within: width) }
    let alike = Dictionary(grouping: zip(names, plain), by: \.1).mapValues { Set($0.map(\.0)) }
    return zip(names, plain).map { name, plain in
      guard let group = alike[plain], group.count > 1 else { return plain }
      let shared = group.sorted().reduce(name) { $0.commonPrefix(with: $1) }
      // The cut is not in the middle of a word or a number.
      let start = shared.reversed().drop { $0.isLetter || $0.isNumber || $0 == "." }.count
      return start == 0 ? plain : fitted("…" + name.dropFirst(start), style, within: width)
    }
  }

  /// The text in lines, cut between words; a word that is too wide is fitted.
  package static func wrapped(
    _ text: String, _ style: TextStyle, within width: Double
  ) -> [String] {
    var lines: [String] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      let word = fitted(String(word), style, within: width)
      if let last = lines.last, self.width(last + " " + word, style) <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(word)
      }
    }
    return lines
  }

  private static func thousandths(_ scalar: Unicode.Scalar, _ isBold: Bool) -> Int {
    let table = isBold ? bold : regular
    switch scalar.value {
    case 0x20..<0x7F: return table[Int(scalar.value) - 0x20]
    case 0x300..<0x370, 0x200B...0x200F: return 0
    case 0xB2, 0xB3, 0xB9: return 333
    case 0xA0, 0xB7: return 333
    case 0x2013: return 556
    case 0xD7, 0x2212: return 584
    case 0x391..<0x3D0, 0xB5, 0x2264, 0x2265: return 620
    case 0xC0..<0x250: return 778
    default: return scalar.value < 0x1100 ? 800 : 1000
    }
  }

  /// The widths of the characters from space to tilde, in thousandths of the font size.
  private static let regular = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
  ]
  private static let bold = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667,
    611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556,
    278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
  ]
}
