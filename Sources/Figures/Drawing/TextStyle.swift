/// The kinds of text in figures.
package enum TextStyle: String, CaseIterable, Sendable {
  /// The title above the figure.
  case title
  /// The line below the title, axis titles, captions.
  case note
  /// The name of a mark.
  case label
  /// The name of an important mark.
  case strong
  /// The numbers of an axis, and less important names.
  case tick
  /// A number in a cell.
  case cell
  /// An important number in a cell.
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

  /// The distance between two lines, in pixels.
  package var lineHeight: Double { (size * 1.3).rounded(.up) }
}

/// The point of a text that is placed.
package enum TextAnchor: String, Sendable { case start, middle, end }
