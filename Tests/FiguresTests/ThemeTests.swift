import Figures
import Testing

@Suite struct ThemeTests {
  @Test("WCAG's contrast of black and white is 21, and of a colour with itself 1")
  func contrast() {
    #expect(abs(Color(0x000000).contrast(with: Color(0xFFFFFF)) - 21) < 1e-9)
    #expect(Color(0x336699).contrast(with: Color(0x336699)) == 1)
    // 0x777777 is the grey that famously just misses 4.5 on white.
    #expect(abs(Color(0x777777).contrast(with: Color(0xFFFFFF)) - 4.48) < 0.005)
  }

  @Test("text has a contrast of 4.5 and marks of 3 with the paper", arguments: Theme.allCases)
  func paper(_ theme: Theme) {
    let paper = theme.color(.paper)
    for paint in [Paint.ink, .muted] {
      #expect(theme.color(paint).contrast(with: paper) >= 4.5, "\(paint)")
    }
    #expect(theme.color(.quiet).contrast(with: paper) >= 3)
    #expect(theme.color(.ink).contrast(with: theme.color(.wash)) >= 4.5)
    // Series name themselves in their own colour, so they count as text.
    for index in 0..<Theme.seriesCount {
      #expect(theme.color(.series(index)).contrast(with: paper) >= 4.5, "series \(index)")
    }
  }

  @Test("numbers on every step of the ramp can be read", arguments: Theme.allCases)
  func ramp(_ theme: Theme) {
    for step in 0..<ColorRamp.steps {
      let contrast = theme.color(.ramp(step)).contrast(with: theme.color(.onRamp(step)))
      #expect(contrast >= 4.5, "\(step): \(contrast)")
    }
  }

  @Test("lightness alone orders the ramp", arguments: Theme.allCases)
  func lightness(_ theme: Theme) {
    let steps = (0..<ColorRamp.steps).map { theme.color(.ramp($0)).luminance }
    let ordered = theme == .light ? steps.sorted(by: >) : steps.sorted()
    #expect(steps == ordered)
  }

  @Test(
    "series stay apart for readers who do not tell red, green or blue", arguments: Theme.allCases)
  func colourBlind(_ theme: Theme) {
    let colors = (0..<Theme.seriesCount).map { theme.color(.series($0)) }
    for vision in ColourVision.allCases {
      for (index, color) in colors.enumerated() {
        for (other, second) in colors.enumerated().dropFirst(index + 1) {
          let distance = vision.distance(color, second)
          #expect(distance > 10, "\(vision): \(index) and \(other) are \(distance) apart")
        }
      }
    }
  }
}

/// How colours look to readers without one kind of cone: the matrices of Machado, Oliveira and
/// Fernandes (2009) for full severity, on linear light.
enum ColourVision: CaseIterable {
  case usual, protanopia, deuteranopia, tritanopia

  private var rows: [SIMD3<Double>] {
    switch self {
    case .usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    case .protanopia:
      [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
      ]
    case .deuteranopia:
      [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
      ]
    case .tritanopia:
      [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
      ]
    }
  }

  /// CIE 1976 colour difference; 2.3 is just noticeable.
  func distance(_ first: Color, _ second: Color) -> Double {
    let difference = lab(first) - lab(second)
    return (difference * difference).sum().squareRoot()
  }

  private func lab(_ color: Color) -> SIMD3<Double> {
    let linear = Color.linear(color.components)
    let seen = SIMD3(
      (rows[0] * linear).sum(), (rows[1] * linear).sum(), (rows[2] * linear).sum()
    ).clamped(lowerBound: .zero, upperBound: .one)
    let xyz = [
      (SIMD3(0.4124, 0.3576, 0.1805) * seen).sum() / 0.9505,
      (SIMD3(0.2126, 0.7152, 0.0722) * seen).sum(),
      (SIMD3(0.0193, 0.1192, 0.9505) * seen).sum() / 1.089,
    ].map { $0 > 0.008856 ? cubeRoot($0) : 7.787 * $0 + 16.0 / 116 }
    return SIMD3(116 * xyz[1] - 16, 500 * (xyz[0] - xyz[1]), 200 * (xyz[1] - xyz[2]))
  }

  private func cubeRoot(_ value: Double) -> Double {
    // Newton's method; the values are between 0 and 1.
    (0..<40).reduce(1.0) { root, _ in root - (root - value / (root * root)) / 3 }
  }
}
