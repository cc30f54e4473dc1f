internal import CQuantizationKernels
internal import CStandardLibrary

/// Bounds of the ``PowerSums`` of a lane at a scale.
package struct PowerBounds: Hashable, Sendable {
  /// A lower bound of `sum |x - c s|^p`.
  package let least: Double
  /// An upper bound of it.
  package let most: Double
  /// `sum c^2`.
  package let square: Double
  /// An upper bound of `sum c^2 |x - c s|^(p-2)` over the values beyond the outermost level.
  package let beyond: Double
}

/// Sorted values in blocks with their moments, from which sums of powers of errors are known between bounds
/// in a thirtieth of the time that the sums take, or a tenth with small blocks.
///
/// Blocks over which the nearest code changes are summed value by value. Of long lanes they are few.
package struct PowerBlocks: Sendable {
  /// Blocks are looked at sixteen at a time; the values behind the last sixteen are in none.
  private static let together = 16
  /// More than what a power and sums of powers are off.
  private static let rounding = 1e-9

  private let unit: Double
  /// The number of values in a block.
  private let size: Int
  /// The number of blocks.
  private let count: Int
  /// Of all blocks the least value, then of all the largest, then their means, variances, third central
  /// moments, and largest distances from the mean.
  private let columns: [Double]

  /// Takes values in ascending order.
  ///
  /// - Parameters:
  ///   - unit: A power of two by which values are divided.
  ///   - size: The number of values in a block. Small blocks take longer, and of very many values their
  ///     bounds are closer.
  /// - Complexity: O(n).
  package init(ascending values: [Float], unit: Double, size: Int = 64) {
    let count = values.count / (size * Self.together) * Self.together
    (self.unit, self.size, self.count) = (unit, size, count)
    columns = [Double](unsafeUninitializedCapacity: 6 * count) { columns, initialized in
      for block in 0..<count {
        let part = values[block * size..<(block + 1) * size]
        let mean = part.reduce(0) { $0 + Double($1) } / Double(size) / unit
        var (second, third) = (0.0, 0.0)
        for value in part {
          let distance = Double(value) / unit - mean
          second += distance * distance
          third += distance * distance * distance
        }
        let low = Double(part[part.startIndex]) / unit
        let high = Double(part[part.endIndex - 1]) / unit
        let width = max(high - mean, mean - low) * (1 + Self.rounding)
        columns[block] = low
        columns[count + block] = high
        columns[2 * count + block] = mean
        columns[3 * count + block] = second / Double(size)
        columns[4 * count + block] = third / Double(size)
        columns[5 * count + block] = width
      }
      initialized = 6 * count
    }
  }

  /// Bounds of the sums that ``Kernels/powerSums(of:unit:scale:codes:power:path:)`` computes.
  ///
  /// - Parameters:
  ///   - values: The same values.
  ///   - scale: The scale in units, above zero.
  ///   - codes: The codes, with real zero at 0.
  ///   - power: p, from 2 to 8.
  ///   - path: The instruction set. It does not affect bounds.
  package func bounds(
    of values: Span<Float>, scale: Double, codes: ClosedRange<Int>, power: Double,
    path: KernelPath = .best
  ) -> PowerBounds {
    let blocks = count
    var found = rl_power_bounds()
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: blocks) { isOpen in
      sum(scale, codes, power, path, into: &found, isOpen.baseAddress)
      var (cost, square, beyond) = (0.0, 0.0, 0.0)
      func add(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let sums = Kernels.powerSums(
          of: values.extracting(range), unit: unit, scale: scale, codes: codes, power: power,
          path: path)
        cost += sums.cost
        square += sums.square
        beyond += sums.beyond
      }
      var block = 0
      while block < blocks {
        let first = block
        while block < blocks, isOpen[block] != 0 { block += 1 }
        add(first * size..<block * size)
        while block < blocks, isOpen[block] == 0 { block += 1 }
      }
      add(blocks * size..<values.count)
      return PowerBounds(
        least: (found.least + cost) * (1 - Self.rounding),
        most: (found.most + cost) * (1 + Self.rounding), square: found.square + square,
        beyond: (found.beyond + beyond) * (1 + Self.rounding))
    }
  }

  private func sum(
    _ scale: Double, _ codes: ClosedRange<Int>, _ power: Double, _ path: KernelPath,
    into found: inout rl_power_bounds, _ isOpen: UnsafeMutablePointer<UInt8>?
  ) {
    let product = power * (power - 1) / 2
    // The largest |x|^(p-4) for a/2 <= |x| <= 3/2 a, in units of a^(p-4).
    let widest = pow(power < 4 ? 0.5 : 1.5, power - 4)
    var series = rl_power(
      p: power, second: product, third: product * (power - 2) / 3,
      fourth: abs(product * (power - 2) * (power - 3)) / 12 * widest,
      growth: max(power - 2, 2 * (pow(1.5, power - 2) - 1)))
    columns.withUnsafeBufferPointer { columns in
      guard let first = columns.baseAddress else { return }
      var blocks = rl_blocks(
        low: first, high: first + count, mean: first + 2 * count, variance: first + 3 * count,
        third: first + 4 * count, half_width: first + 5 * count, count: Int64(count),
        size: Double(size))
      path.loops.pointee.power_blocks(
        &blocks, scale, Double(codes.lowerBound), Double(codes.upperBound), &series, &found, isOpen)
    }
  }
}
