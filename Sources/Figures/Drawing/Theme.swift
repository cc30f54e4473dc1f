/// The colors of a figure on a light or on a dark page.
///
/// The colors of series are distinct for readers who confuse red and green or blue and yellow, and
/// have at least 3:1 contrast with the paper; text has at least 4.5:1. Each theme has its own,
/// because common palettes have too little contrast on one of the two.
package enum Theme: String, CaseIterable, Sendable {
  case light
  case dark

  /// The number of series with a color of their own.
  package static let seriesCount = 7

  /// The colour of a paint.
  package func color(_ paint: Paint) -> Color {
    switch paint {
    case .paper: Color(self == .light ? 0xFFFFFF : 0x14171C)
    case .ink: Color(self == .light ? 0x1A1D21 : 0xE8EAED)
    case .muted: Color(self == .light ? 0x5A616B : 0xA3ABB6)
    case .quiet: Color(self == .light ? 0x8A929C : 0x79828E)
    case .grid: Color(self == .light ? 0xE4E7EB : 0x2B3038)
    case .wash: Color(self == .light ? 0xD5DCE5 : 0x323A46)
    case .series(let index): series[index % Self.seriesCount]
    case .ramp(let step): rampColor(step)
    case .onRamp(let step): text(on: rampColor(step))
    }
  }

  private var series: [Color] {
    switch self {
    // blue, orange, green, magenta, brown, violet, cyan
    case .light:
      [0x2862A9, 0xB06113, 0x00613B, 0xB0257A, 0x7F5410, 0x5A48B8, 0x067F9E].map(Color.init)
    case .dark:
      [0x78BEF5, 0xFF9A57, 0x41CF9E, 0xF58FCB, 0xF9BB21, 0xAE8FFB, 0x65E4EF].map(Color.init)
    }
  }

  private func text(on background: Color) -> Color {
    // Black or white has at least 4.58:1 contrast with any color.
    let choices = [Color(0x000000), Color(0xFFFFFF)]
    return background.contrast(with: choices[0]) >= background.contrast(with: choices[1])
      ? choices[0] : choices[1]
  }

  /// Lightness changes in one direction along the ramp, so that it is readable without color.
  private var rampStops: [Color] {
    switch self {
    case .light: [0xFBF8F1, 0xFBDFAE, 0xF3A35C, 0xD9603F, 0xA32A50, 0x5B1247].map(Color.init)
    case .dark: [0x20252C, 0x45304F, 0x86375F, 0xC95A55, 0xF0A064, 0xFDE7B8].map(Color.init)
    }
  }

  private func rampColor(_ step: Int) -> Color {
    let stops = rampStops
    let place = Double(step) / Double(ColorRamp.steps - 1) * Double(stops.count - 1)
    let index = min(stops.count - 2, Int(place))
    return stops[index].mixed(with: stops[index + 1], place - Double(index))
  }
}
