/// The scales of quantizers whose scale is stored in fewer than 32 bits: a finite set.
///
/// `unit * number`, rounded to Float32, for each number of the format that leaves a usable scale.
package struct RestrictedScales: Hashable, Sendable {
  private let format: ScaleFormat
  private let unit: Double
  private let usable: UsableScales

  /// The set of a format.
  ///
  /// - Parameters:
  ///   - unit: What a number of the format is multiplied by.
  ///   - usable: The scales that the levels allow.
  package init(_ format: ScaleFormat, unit: Float, usable: UsableScales) {
    (self.format, self.unit, self.usable) = (format, Double(unit), usable)
  }

  /// The scale nearest to one, ties to even; of a power of two, nearest as a ratio.
  package func nearest(to wanted: Double) -> Double {
    usableNumber(format.nearest(to: wanted / unit))
  }

  /// The smallest scale that is not below one, or the largest of all.
  package func ceiling(_ wanted: Double) -> Double {
    scale(atLeast: wanted) ?? nearest(to: wanted)
  }

  /// The largest scale that is not above one; nothing where all are above.
  package func scale(atMost wanted: Double) -> Double? {
    var number: Double? = format.nearest(to: wanted / unit)
    while let next = number, !(product(next) <= wanted && usable.contains(product(next))) {
      number = format.next(below: next)
    }
    return number.map(product)
  }

  /// The smallest scale that is not below one; nothing where all are below.
  package func scale(atLeast wanted: Double) -> Double? {
    var number: Double? = format.nearest(to: wanted / unit)
    while let next = number, !(product(next) >= wanted && usable.contains(product(next))) {
      number = format.next(above: next)
    }
    return number.map(product)
  }

  /// Whether no scale lies between two others, these not counted.
  package func excludes(from low: Double, to high: Double) -> Bool {
    guard let first = scale(atLeast: low.nextUp) else { return true }
    return first >= high
  }

  /// The scale of a number, or of the next that is usable.
  private func usableNumber(_ number: Double) -> Double {
    let wanted = product(number)
    guard !usable.contains(wanted) else { return wanted }
    let isSmall = wanted < UsableScales.least
    var next: Double? = number
    while let candidate = next, !usable.contains(product(candidate)) {
      next = isSmall ? format.next(above: candidate) : format.next(below: candidate)
    }
    return next.map(product) ?? Double(Float(unit))
  }

  private func product(_ number: Double) -> Double { Double(Float(number * unit)) }
}
