/// The purpose of a color; the theme maps it to the color.
package enum Paint: Hashable, Sendable {
  /// The background.
  case paper
  /// Text and axes.
  case ink
  /// Less important text.
  case muted
  /// Less important marks, which must still be visible.
  case quiet
  /// Grid lines and frames, which may be faint.
  case grid
  /// Areas behind marks.
  case wash
  /// One of several kinds of marks, counted from 0; they repeat after ``Theme/seriesCount``.
  case series(Int)
  /// A step of a ramp, 0 to ``ColorRamp/steps`` - 1.
  case ramp(Int)
  /// Text on a step of a ramp.
  case onRamp(Int)

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
    case .ramp(let step): "seq\(step)"
    case .onRamp(let step): "on-seq\(step)"
    }
  }
}

/// The colors of numbers, from small to large.
package enum ColorRamp {
  /// The number of colors.
  package static let steps = 15

  /// The step for a share between 0 and 1.
  package static func step(_ share: Double) -> Int {
    min(steps - 1, max(0, Int((share * Double(steps - 1)).rounded())))
  }
}
