/// The few kinds of text a figure has.
package enum TextStyle: String, CaseIterable, Sendable {
  /// The title above the picture.
  case title
  /// The line below the title, axis titles, captions.
  case note
  /// The name of a mark.
  case label
  /// The name of a mark that matters most.
  case strong
  /// Numbers at an axis, and names that step back.
  case tick
  /// A number in a cell.
  case cell
  /// A number in a cell that matters most.
  case strongCell

  /// The size of the letters, in pixels.
  package var size: Double {
    switch self {
    case .title: 15
    case .note, .label, .strong: 12
    case .tick: 11
    case .cell, .strongCell: 10.5
    }
  }

  package var isBold: Bool { self == .title || self == .strong || self == .strongCell }

  /// From one line to the next.
  package var lineHeight: Double { (size * 1.3).rounded(.up) }
}

/// Which point of a text stands where it is put.
package enum TextAnchor: String, Sendable { case start, middle, end }
