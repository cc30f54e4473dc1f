import _TestSupport
import QuantizationCore
import QuantizationKernels
import RangeEstimation

/// What every estimator promises, whatever its rule: each law with the places where it is broken.
extension Conformance {
  /// Parameters are on the grid that was asked for, with a normal scale, and always the same.
  func purityViolations() -> Set<String> {
    var broken: Set<String> = []
    for values in ConformanceData.samples {
      for grid in ConformanceData.byteGrids + ConformanceData.wideGrids {
        let found = answer(values, on: grid)
        if answer(values, on: grid) != found { broken.insert("\(grid.family) \(grid.bits) again") }
        broken.formUnion(invalidities(found, grid))
      }
    }
    return broken
  }

  private func invalidities(_ found: Answer, _ grid: CodeGrid) -> [String] {
    guard case .success(let parameters) = found else { return [] }
    let isValid =
      parameters.grid == grid && parameters.scale > 0 && parameters.scale.isNormal
      && grid.codes.contains(parameters.zeroPoint)
    return isValid ? [] : ["\(parameters) for \(grid.family) \(grid.bits)"]
  }

  /// However values are cut into batches and batches merged, the answer is the same.
  func mergingViolations() -> Set<String> {
    var broken: Set<String> = []
    for values in ConformanceData.samples {
      let rows = stride(from: 0, to: values.count, by: Self.rowLength).map {
        Array(values[$0..<min($0 + Self.rowLength, values.count)])
      }
      let third = rows.count / 3
      let parts = [rows[..<third], rows[third..<2 * third], rows[(2 * third)...]].map { Array($0) }
      for grid in ConformanceData.byteGrids {
        let whole = answer(values, on: grid)
        let oddBatches = [values[..<3], values[3..<50], values[50...]].map { Array($0) }
        let ways: [[[[Float]]]] = [
          [oddBatches], [rows], rows.map { [$0] }, parts, [[], oddBatches, []],
          [parts[2], parts[0], parts[1]], parts.reversed(), [[[]] + rows + [[]]],
        ]
        for way in ways {
          if answer(batches: way, on: grid) != whole {
            broken.insert("\(grid.family) \(grid.bits), \(way.count) parts")
          }
        }
      }
    }
    return broken
  }

  /// Values, or whole rows where rows matter, may come in any order.
  func permutationViolations() -> Set<String> {
    var broken: Set<String> = []
    for values in ConformanceData.samples {
      let unit = readsRows ? Self.rowLength : 1
      let units = stride(from: 0, to: values.count - values.count % unit, by: unit).map {
        values[$0..<$0 + unit]
      }
      // 7 and the number of units have no common factor: each is taken once.
      let shuffled = units.indices.flatMap { units[($0 * 7 + 3) % units.count] }
      precondition(units.count % 7 != 0)
      for grid in ConformanceData.byteGrids {
        let plain = answer(units.flatMap { $0 }, on: grid)
        if answer(shuffled, on: grid) != plain { broken.insert("\(grid.family) \(grid.bits)") }
      }
    }
    return broken
  }

  /// Data times 2^k have the scale times 2^k and the same zero point.
  func scalingViolations() -> Set<String> {
    var broken: Set<String> = []
    for values in ConformanceData.samples {
      for grid in ConformanceData.byteGrids {
        let plain = answer(values, on: grid)
        for factor: Float in [0x1p-30, 0.5, 0x1p20] {
          let expected = plain.map {
            QuantizationParameters(
              scale: Double($0.scale * factor), zeroPoint: $0.zeroPoint, grid: grid)
          }
          let found = answer(values.map { $0 * factor }, on: grid)
          if found != expected { broken.insert("\(grid.family) \(grid.bits) times \(factor)") }
        }
      }
    }
    return broken
  }

  /// On a grid with as many codes on either side, the sign of the data does not matter.
  func signViolations() -> Set<String> {
    var broken: Set<String> = []
    for values in ConformanceData.samples {
      for grid in ConformanceData.byteGrids + ConformanceData.wideGrids
      where grid.family == .symmetricNarrow {
        let mirrored = answer(values.map { -$0 }, on: grid)
        if mirrored != answer(values, on: grid) { broken.insert("\(grid.bits) bits") }
      }
    }
    return broken
  }

  /// Zeros only are degenerate: scale 1, and zero where it rests.
  func zerosViolations() -> Set<String> {
    var broken: Set<String> = []
    for grid in ConformanceData.byteGrids + ConformanceData.wideGrids {
      for zeros: [Float] in [[0], [-0.0], [Float](repeating: 0, count: 16)] {
        guard case .success(let found) = answer(zeros, on: grid) else { continue }
        // Scale 1, zero where it rests, and the condition that says so.
        let degenerate = QuantizationParameters(scale: 0, grid: grid)
        if found != degenerate { broken.insert("\(grid.family) \(grid.bits)") }
      }
    }
    return broken
  }

  /// Few, huge, tiny and subnormal values get a valid answer or a reason, never a crash.
  func extremesViolations() -> Set<String> {
    var broken: Set<String> = []
    let greatest = Float.greatestFiniteMagnitude
    let least = Float.leastNonzeroMagnitude
    let hostile: [[Float]] = [
      [1], [-1], [3, -2], [2, 2], [3, 3, 3, 3], [0, 5], [0, 0, 0, 0, 0, 0, 0, 7],
      [5, 5.000_001, 4.999_999], [1e38, -1e38], [1e38, -3.4e38, 3e38, 0],
      [greatest], [-greatest], [greatest, -greatest, 1],
      [Float.leastNormalMagnitude, -2 * Float.leastNormalMagnitude], [1.2e-38, 3e-38], [least],
      [Float.leastNormalMagnitude, 1e30], [1e-38, -2e-38, 0], [-least, least],
      [-least, 5 * least], [least, greatest], [-greatest, least],
      (0..<64).map { Float($0 - 20) * least }, (0..<64).map { 1e30 * Float($0 - 9) },
      (0..<64).map { $0 == 40 ? 1e30 : Float($0) },
    ]
    for values in hostile {
      for grid in ConformanceData.byteGrids + ConformanceData.wideGrids {
        broken.formUnion(invalidities(answer(values, on: grid), grid))
      }
    }
    return broken
  }

  /// The largest Floats leave every number finite.
  ///
  /// Lanes of them, as attention masks have, get a quantizer under which every value
  /// and every number of a record is finite, or a reason. Up to 8 bits the regret is one, too.
  func hugeViolations() -> Set<String> {
    var broken: Set<String> = []
    for (name, values) in ConformanceData.huge {
      let sample = SampleStatistics(values)
      for grid in everyGrid {
        let place = "\(name), \(grid.family) \(grid.bits)"
        guard case .success(let found) = answer(values, on: grid) else { continue }
        broken.formUnion(invalidities(.success(found), grid))
        let greatest = Float.greatestFiniteMagnitude
        if !(values + [greatest, -greatest]).allSatisfy({ found.reconstruction(of: $0).isFinite }) {
          broken.insert("\(place): infinite reconstructions")
        }
        let sums = Kernels.measureError(of: values.span, with: found)
        let numbers = [
          sums.mse, sums.clippingMSE, sums.roundingMSE, sums.maximumError, sums.cosine,
          sums.squaredError == 0 ? 0 : sums.sqnrInDecibels,
        ]
        if !numbers.allSatisfy(\.isFinite) { broken.insert("\(place): \(numbers)") }
        guard let optimum = ConformanceData.hugeOptimum(name, sample, grid) else { continue }
        // Float32 moves the root of an error by 2^-22 of that of the energy, on either side.
        let rounding = 0x1p-21 * sample.energy.squareRoot()
        if sums.squaredError.squareRoot() < optimum.squareRoot() - rounding {
          broken.insert("\(place): \(sums.squaredError) is below the optimum \(optimum)")
        }
      }
    }
    return broken
  }
}
