/// What a colour is for; the theme says which colour that is.
package enum Paint: Hashable, Sendable {
  /// The background.
  case paper
  /// Text and axes.
  case ink
  /// Text that steps back.
  case muted
  /// Marks that step back but must be seen.
  case quiet
  /// Grid lines and frames, which nobody has to see.
  case grid
  /// Areas behind marks.
  case wash
  /// One of several kinds of marks, counted from 0; they repeat after ``Theme/seriesCount``.
  case series(Int)
  /// A step of a ramp, 0 to ``ColorRamp/steps`` - 1.
  case ramp(ColorRamp, Int)
  /// Text on a step of a ramp.
  case onRamp(ColorRamp, Int)

  /// The part of a class name that stands for the paint.
  var className: String {
    switch self {
    case .paper: "paper"
    case .ink: "ink"
    case .muted: "muted"
    case .quiet: "quiet"
    case .grid: "grid"
    case .wash: "wash"
    case .series(let index): "c\(index % Theme.seriesCount)"
    case .ramp(let ramp, let step): "\(ramp.rawValue)\(step)"
    case .onRamp(let ramp, let step): "on-\(ramp.rawValue)\(step)"
    }
  }
}

/// Colours for numbers.
package enum ColorRamp: String, CaseIterable, Sendable {
  /// From nothing to much.
  case sequential = "seq"
  /// From less over none to more.
  case diverging = "div"

  /// How many colours a ramp has; odd, so that a diverging one has a middle.
  package static let steps = 15

  /// The step for a share between 0 and 1.
  package static func step(_ share: Double) -> Int {
    min(steps - 1, max(0, Int((share * Double(steps - 1)).rounded())))
  }
}
