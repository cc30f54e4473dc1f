internal import Foundation
internal import QuantizationCore
internal import ResultRecords
internal import TensorIO

/// Checks the laws that every table of results obeys, by comparing its rows.
enum Invariants {
  /// The rounding error of `clipping + rounding`: all three sums are in Double, of the same terms
  /// in the same order.
  private static let additionError = 1e-14

  static func violations(
    in records: [ResultRecord], monotone estimators: [String]
  ) -> [InvariantViolation] {
    let measured = records.filter(\.isMeasured)
    let signal = SignalLevels(measured)
    let optima = measured.reduce(into: [PartialKey: Measured]()) { optima, record in
      guard let optimum = record.optimum else { return }
      optima[record.key.setting] = Measured(
        key: record.key, mse: optimum.mse, bound: optimum.mse * (1 - optimum.gap),
        lanes: record.lanes, elements: record.elements)
    }
    let errors = estimators.flatMap { name in
      // A range chosen on other batches has no guarantee.
      measured.filter { $0.key.estimatorName == ExactName(name) && $0.key.split == nil }.compactMap
      { record in
        record[.mse].map {
          Measured(
            key: record.key, mse: $0, bound: $0, lanes: record.lanes, elements: record.elements)
        }
      }
    }
    let found =
      measured.compactMap(sum) + measured.compactMap { beaten($0, signal) }
      + growth("the optimum", Array(optima.values), signal)
      + Dictionary(grouping: errors, by: \.key.estimatorName).values.flatMap {
        growth("the error", $0, signal)
      } + finer(Array(optima.values), signal)
    return found.sorted { ($0.key, $0.law.rawValue) < ($1.key, $1.law.rawValue) }
  }

  private static func sum(_ record: ResultRecord) -> InvariantViolation? {
    guard let mse = record[.mse], let clipping = record[.clippingMSE],
      let rounding = record[.roundingMSE]
    else { return nil }
    let sum = clipping + rounding
    // The condition is negated so that a value that is not a number breaks the law.
    guard !(abs(sum - mse) <= additionError * abs(mse)) else { return nil }
    return InvariantViolation(
      law: .partsAddUp, key: record.key,
      message: "\(clipping) + \(rounding) is \(sum), mse is \(mse)")
  }

  private static func beaten(
    _ record: ResultRecord, _ signal: SignalLevels
  ) -> InvariantViolation? {
    guard let mse = record[.mse], let optimum = record.optimum,
      signal.isBelow(mse, optimum.mse * (1 - optimum.gap), record.key)
    else { return nil }
    return InvariantViolation(
      law: .optimumIsNeverBeaten, key: record.key,
      message: "mse \(mse) is below the certified optimum \(optimum.mse)")
  }

  /// Compares each bit width with the next lower one, whose codes are a subset.
  ///
  /// E4M3 scales are omitted: the scale of the tensor that multiplies them differs between widths.
  private static func growth(
    _ what: String, _ values: [Measured], _ signal: SignalLevels
  ) -> [InvariantViolation] {
    let comparable = values.filter { $0.key.grid.scaleFormat != .e4m3 }
    let places = Dictionary(grouping: comparable) {
      $0.key.without(.bits, .estimator, .calibration)
    }
    return places.values.flatMap { values -> [InvariantViolation] in
      let ordered = values.sorted { $0.key.grid.bits < $1.key.grid.bits }
      return zip(ordered, ordered.dropFirst()).compactMap { narrow, wide in
        guard signal.isBelow(narrow.mse, wide.bound, wide.key) else { return nil }
        return InvariantViolation(
          law: .errorFallsWithBits, key: wide.key,
          message: "\(what) is \(wide.mse) at \(wide.key.grid.bits) bits and \(narrow.mse) at "
            + "\(narrow.key.grid.bits)")
      }
    }
  }

  private static func finer(
    _ optima: [Measured], _ signal: SignalLevels
  ) -> [InvariantViolation] {
    let places = Dictionary(grouping: optima) {
      $0.key.without(.granularity, .estimator, .calibration)
    }
    return places.values.flatMap { values -> [InvariantViolation] in
      values.flatMap { fine in
        values.compactMap { coarse in
          guard fine.refines(coarse), signal.isBelow(coarse.mse, fine.bound, fine.key)
          else { return nil }
          return InvariantViolation(
            law: .finerIsNeverWorse, key: fine.key,
            message: "the optimum is \(fine.mse) for \(fine.key.granularity) and \(coarse.mse) for "
              + "\(coarse.key.granularity)")
        }
      }
    }
  }
}

/// An error, its lower bound in real arithmetic, and its key.
private struct Measured {
  let key: ResultRecord.Key
  let mse: Double
  let bound: Double
  let lanes: Int
  let elements: Int

  /// Whether each lane of this granularity is sure to lie within one lane of the other.
  ///
  /// Rows do not have shapes, so this must hold for all shapes of two axes and more. In a tensor of
  /// one axis the channels are single values, so there are more of them than lanes here.
  func refines(_ coarse: Measured) -> Bool {
    lanes >= coarse.lanes && key.granularity.refines(coarse.key.granularity)
  }
}

/// The rounding of Float32: 2^-22 of the root mean square of a tensor, in the root of an error.
///
/// The laws hold in real arithmetic. In Float32 each level and each difference has a relative error
/// of up to 2^-24, which changes the root of a mean squared error by at most 2^-23 of the root mean
/// square of the values, on both sides of a comparison. The mean square follows from a row: `mse *
/// 10^(sqnr / 10)`.
private struct SignalLevels {
  private let roots: [ExactName: Double]

  init(_ records: [ResultRecord]) {
    roots = records.reduce(into: [:]) { roots, record in
      guard let mse = record[.mse], mse > 0, let sqnr = record[.sqnr], sqnr.isFinite else {
        return
      }
      let square = mse * pow(10, sqnr / 10)
      roots[record.key.subjectName, default: 0] = max(
        roots[record.key.subjectName] ?? 0, square.squareRoot())
    }
  }

  /// Whether an error is below a bound by more than the rounding of Float32.
  func isBelow(_ mse: Double, _ bound: Double, _ key: ResultRecord.Key) -> Bool {
    mse.squareRoot() < bound.squareRoot() - 0x1p-22 * (roots[key.subjectName] ?? 0)
  }
}
