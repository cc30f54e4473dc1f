internal import CStandardLibrary

/// ONNX Runtime's divergence of windows [z - i, z + i] around the middle bin z, in O(levels).
///
/// P is the window with the tails in its end bins. Q has n levels of m = length / n bins; a level's
/// value is trunc(sum without tails / bins that are not empty in P), for empty bins too; the last
/// level's sum includes the bins left over, which themselves get 0. In both, zeros become 1e-4 and
/// what that adds is taken from the other bins in equal parts. With p, q smoothed so:
/// ```
/// KL = (sum p log p - sum p log q) / sum p - log sum p + log sum q
/// ```
struct CentredWindows {
  private static let smallest = 1e-4

  private let counts: [Double]
  private let levels: Int
  private let sums: SmoothedSums

  init(counts: [Double], levels: Int) {
    self.counts = counts
    self.levels = levels
    sums = SmoothedSums(counts)
  }

  /// The window with the least divergence, the narrowest among equals; nothing without candidates.
  func best() -> Range<Int>? {
    let middle = counts.count / 2
    guard levels / 2 <= middle else { return nil }
    var winner: Range<Int>?
    var least = Double.infinity
    var scratch = [Level](repeating: Level(mass: 0, value: 0), count: levels)
    for reach in (levels / 2)...middle {
      let window = Window((middle - reach)..<min(middle + reach + 1, counts.count), in: self)
      let divergence = divergence(of: window, &scratch)
      if winner == nil || divergence < least { (winner, least) = (window.bins, divergence) }
    }
    return winner
  }

  private struct Level {
    /// What P has in it, smoothed.
    var mass: Double
    /// What Q has in each of its bins, before smoothing.
    var value: Double
  }

  /// A window with what lies outside.
  private struct Window {
    let bins: Range<Int>
    let under: Double
    let over: Double
    /// Whether only a tail fills the first or the last bin.
    let opensFirst: Bool
    let opensLast: Bool
    /// The bins that are not empty in P, and what smoothing takes from each.
    let filled: Int
    let taken: Double

    init(_ bins: Range<Int>, in parent: CentredWindows) {
      let (start, end, counts) = (bins.lowerBound, bins.upperBound, parent.counts)
      self.bins = bins
      under = parent.sums.mass(0, start)
      over = parent.sums.mass(end, counts.count)
      opensFirst = under > 0 && counts[start] == 0
      opensLast = over > 0 && counts[end - 1] == 0
      filled = parent.sums.filled(start, end) + (opensFirst ? 1 : 0) + (opensLast ? 1 : 0)
      taken = smallest * Double(bins.count - filled) / Double(filled)
    }
  }

  private func divergence(of window: Window, _ scratch: inout [Level]) -> Double {
    let length = window.bins.count
    let size = length / levels
    let zeros = fill(&scratch, from: window, size: size)
    let lowered = Self.smallest * Double(zeros) / Double(length - zeros)
    // The library stops where smoothing would take whole counts, and skips a Q of zeros.
    guard window.taken < 1, zeros < length, lowered < 1 else { return .infinity }

    let total = sums.mass(0, counts.count)
    let logSmallest = log(Self.smallest)
    var (cross, seen, sumQ) = (0.0, 0.0, Self.smallest * Double(zeros))
    for level in scratch {
      seen += level.mass
      if level.value > 0 {
        cross += level.mass * log(level.value - lowered)
        sumQ += (level.value - lowered) * Double(size)
      } else {
        cross += level.mass * logSmallest
      }
    }
    cross += (total - seen) * logSmallest
    return (selfEntropy(of: window) - cross) / total - log(total) + log(sumQ)
  }

  /// Forms the levels and counts the bins of Q that are zero.
  private func fill(_ scratch: inout [Level], from window: Window, size: Int) -> Int {
    let (start, end) = (window.bins.lowerBound, window.bins.upperBound)
    let rest = start + levels * size
    var zeros = end - rest
    for index in 0..<levels {
      let (from, to) = (start + index * size, start + (index + 1) * size)
      var sum = sums.mass(from, to)
      var (shown, filled) = (sum, sums.filled(from, to))
      if index == 0 {
        shown += window.under
        filled += window.opensFirst ? 1 : 0
      }
      if index == levels - 1 {
        if rest == end {
          shown += window.over
          filled += window.opensLast ? 1 : 0
        }
        sum += sums.mass(rest, end)
      }
      let value = filled > 0 ? (sum / Double(filled)).rounded(.towardZero) : 0
      if value == 0 { zeros += size }
      let added = Self.smallest * Double(size - filled) - window.taken * Double(filled)
      scratch[index] = Level(mass: shown + added, value: value)
    }
    return zeros
  }

  private func selfEntropy(of window: Window) -> Double {
    let (start, end) = (window.bins.lowerBound, window.bins.upperBound)
    let empty = Double(window.bins.count - window.filled)
    return sums.entropySum(start + 1, end - 1, less: window.taken)
      + SmoothedSums.term(counts[start] + window.under, less: window.taken)
      + SmoothedSums.term(counts[end - 1] + window.over, less: window.taken)
      + empty * Self.smallest * log(Self.smallest)
  }
}
