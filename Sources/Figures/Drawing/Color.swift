internal import Foundation

/// An sRGB colour.
package struct Color: Hashable, Sendable {
  /// Red, green and blue, 0 to 255.
  package let components: SIMD3<Double>

  /// Creates a colour from `0xRRGGBB`.
  package init(_ hex: Int) {
    components = SIMD3(Double(hex >> 16 & 255), Double(hex >> 8 & 255), Double(hex & 255))
  }

  private init(_ components: SIMD3<Double>) { self.components = components }

  /// `#rrggbb`.
  package var css: String {
    let digits = [components.x, components.y, components.z].map { component in
      let text = String(Int(component.rounded()), radix: 16)
      return text.count < 2 ? "0" + text : text
    }
    return "#" + digits.joined()
  }

  /// Relative luminance as WCAG 2 defines it.
  package var luminance: Double {
    let weights = SIMD3(0.2126, 0.7152, 0.0722)
    return (Self.linear(components) * weights).sum()
  }

  /// The contrast ratio of WCAG 2, 1 to 21.
  package func contrast(with other: Color) -> Double {
    let (a, b) = (luminance, other.luminance)
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  /// The color at a share of the way to another, in the cube root of linear light, in which equal
  /// steps look equal.
  package func mixed(with other: Color, _ share: Double) -> Color {
    func root(_ color: Color) -> SIMD3<Double> {
      let linear = Self.linear(color.components)
      return SIMD3(cbrt(linear.x), cbrt(linear.y), cbrt(linear.z))
    }
    let mix = root(self) * (1 - share) + root(other) * share
    return Color(Self.encoded(mix * mix * mix))
  }

  /// Linear light, 0 to 1, of components from 0 to 255.
  package static func linear(_ components: SIMD3<Double>) -> SIMD3<Double> {
    func linear(_ value: Double) -> Double {
      let share = value / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return SIMD3(linear(components.x), linear(components.y), linear(components.z))
  }

  private static func encoded(_ linear: SIMD3<Double>) -> SIMD3<Double> {
    func encoded(_ value: Double) -> Double {
      255 * (value <= 0.0031308 ? value * 12.92 : 1.055 * pow(value, 1 / 2.4) - 0.055)
    }
    return SIMD3(encoded(linear.x), encoded(linear.y), encoded(linear.z))
  }
}
