internal import Foundation

/// A position on an axis with its number.
package struct Tick: Hashable, Sendable {
  /// The number.
  package let value: Double
  /// The label; nil for small ticks between the labeled ones.
  package let label: TickLabel?
}

extension Scale {
  /// Round numbers within the domain, about `count` of them with labels.
  package func ticks(about count: Int) -> [Tick] {
    switch kind {
    case .linear: linearTicks(domain, about: count)
    case .log: logTicks(about: count)
    case .symlog(let threshold): symlogTicks(threshold, about: count)
    }
  }

  private func linearTicks(_ domain: ClosedRange<Double>, about count: Int) -> [Tick] {
    let (low, high) = (domain.lowerBound, domain.upperBound)
    let rough = (high / 2 - low / 2) / Double(max(1, count)) * 2
    guard rough.isFinite, rough > 0 else { return [Tick(value: low, label: TickLabel("?"))] }
    let power = Decade.floor(rough)
    let digit = [1.0, 2, 5, 10].first { $0 * Decade.value(power) >= rough * 0.9999 } ?? 10
    let step = digit * Decade.value(power)
    let first = (low / step).rounded(.up)
    let last = (high / step).rounded(.down)
    guard step > 0, first.isFinite, last.isFinite, last >= first, last - first < 1000 else {
      return []
    }
    let stepPower = digit == 10 ? power + 1 : power
    return (0...Int(last - first)).map { index in
      let value = (first + Double(index)) * step
      return Tick(value: value, label: linearLabel(value, stepPower, max(abs(low), abs(high))))
    }
  }

  private func linearLabel(_ value: Double, _ stepPower: Int, _ largest: Double) -> TickLabel {
    if value == 0 { return TickLabel("0") }
    if largest < 1e5, stepPower >= -4 {
      return TickLabel(NumberText.decimal(value, places: max(0, -stepPower)))
    }
    let power = Decade.floor(largest)
    let mantissa = value / Decade.value(power)
    let places = min(6, max(0, power - stepPower))
    return TickLabel(
      NumberText.decimal(mantissa, places: places) + "·10",
      exponent: NumberText.withTrueMinus("\(power)"))
  }

  private func logTicks(about count: Int) -> [Tick] {
    let (low, high) = (domain.lowerBound, domain.upperBound)
    let decades = log10(high) - log10(low)
    // Below a factor of about 6 a log scale has too few round numbers.
    if decades < 0.8 { return linearTicks(domain, about: count) }
    let (first, last) = (Decade.floor(low), Decade.floor(high))
    let step = max(1, Int((decades / Double(max(1, count))).rounded(.up)))
    let labeled: [Int] = decades < 1.7 ? [1, 2, 5] : decades < 3 && count >= 6 ? [1, 3] : [1]
    return (first...last).flatMap { power in
      (1...9).compactMap { digit -> Tick? in
        let value = Double(digit) * Decade.value(power)
        guard domain.contains(value) else { return nil }
        let isLabeled = power.isMultiple(of: step) && labeled.contains(digit)
        guard isLabeled || (step == 1 && decades < 12) || digit == 1 else { return nil }
        return Tick(
          value: value, label: isLabeled ? TickLabel(digit: digit, power: power) : nil)
      }
    }
  }

  private func symlogTicks(_ threshold: Double, about count: Int) -> [Tick] {
    let (low, high) = (domain.lowerBound, domain.upperBound)
    let most = max(abs(low), abs(high), threshold)
    let first =
      Decade.floor(threshold) + (Decade.value(Decade.floor(threshold)) < threshold ? 1 : 0)
    let last = max(first, Decade.floor(most))
    let sides = low < 0 && high > 0 ? 2 : 1
    let step = max(1, (sides * (last - first + 1) + count - 1) / max(1, count))
    let positive = stride(from: first, through: last, by: step).map { power in
      (Decade.value(power), TickLabel(digit: 1, power: power))
    }
    let negative = positive.map { (-$0.0, TickLabel("−" + $0.1.text, exponent: $0.1.exponent)) }
    let all = negative.reversed() + [(0, TickLabel("0"))] + positive
    return all.filter { domain.contains($0.0) }.map { Tick(value: $0.0, label: $0.1) }
  }
}
