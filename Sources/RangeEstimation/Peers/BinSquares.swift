/// The squared error of quantizing the middles of equal bins, for any uniform quantizer in O(codes)
/// instead of O(bins).
///
/// With the prefix sums S_0, S_1, S_2 of h, h c and h c^2 over middles c, counted from the first one,
/// a run of bins that falls on one level v has the error `S_2 - 2 v S_1 + v^2 S_0`. All in Double:
/// where a library computes in Float32, this tells which few of its candidates can have its least
/// error.
struct BinSquares: Sendable {
  private let first: Double
  private let width: Double
  private let perWidth: Double
  /// S_0, S_1 and S_2 of the first k bins.
  private let sums: [SIMD4<Double>]

  /// Prepares bins with the middles `first + i width`.
  init(masses: [Double], first: Double, width: Double) {
    (self.first, self.width, perWidth) = (first, width, 1 / width)
    var sum = SIMD4<Double>.zero
    var sums = [sum]
    sums.reserveCapacity(masses.count + 1)
    for (index, mass) in masses.enumerated() {
      let middle = Double(index) * width
      sum += mass * SIMD4(1, middle, middle * middle, 0)
      sums.append(sum)
    }
    self.sums = sums
  }

  /// The number of bins.
  var count: Int { sums.count - 1 }

  /// The sum of counts.
  var mass: Double { sums[count].x }

  /// The middle of a bin.
  func middle(_ bin: Int) -> Double { first + Double(bin) * width }

  /// The first bin whose middle is at least a value; `count` for none.
  func bin(reaching value: Double) -> Int {
    let place = min(max((value - first) * perWidth, 0), Double(count))
    let bin = Int(place)
    return Double(bin) < place ? bin + 1 : bin
  }

  /// The error of bins on one level.
  func error(of bins: Range<Int>, on level: Double) -> Double {
    let run = sums[bins.upperBound] - sums[bins.lowerBound]
    let place = level - first
    return max(0, run.z - place * (2 * run.y - place * run.x))
  }

  /// The error of bins on the nearest of the levels `(code + offset) delta`; infinite where it is
  /// above a bound.
  ///
  /// Complexity: O(codes) or O(bins), whichever is less.
  func error(
    of bins: Range<Int>, delta: Double, offset: Double,
    codes: ClosedRange<Double> = -.infinity ... .infinity, below bound: Double = .infinity
  ) -> Double {
    guard !bins.isEmpty else { return 0 }
    func code(of bin: Int) -> Double {
      let nearest = (middle(bin) / delta - offset).rounded()
      return min(max(nearest, codes.lowerBound), codes.upperBound)
    }
    let (low, high) = (code(of: bins.lowerBound), code(of: bins.upperBound - 1))
    guard high - low < Double(bins.count) else {
      return bins.reduce(0) { $0 + error(of: $1..<($1 + 1), on: (code(of: $1) + offset) * delta) }
    }
    let last = Int(high - low)
    func level(_ step: Int) -> Double { (low + Double(step) + offset) * delta }
    func end(of step: Int) -> Int {
      step == last ? bins.upperBound : min(bin(reaching: level(step) + delta / 2), bins.upperBound)
    }
    // No sum is less than what is clipped, which is known at once.
    if last > 0, bound < .infinity {
      let clipped = max(end(of: last - 1), bins.lowerBound)..<bins.upperBound
      let least = clipped.isEmpty ? 0 : error(of: clipped, on: level(last))
      guard least <= bound else { return .infinity }
    }
    var (sum, start) = (0.0, bins.lowerBound)
    for step in 0...last {
      let end = end(of: step)
      if end > start {
        sum += error(of: start..<end, on: level(step))
        guard sum <= bound else { return .infinity }
      }
      start = max(start, end)
    }
    return sum
  }
}
