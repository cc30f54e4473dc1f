package import ResultRecords

/// A choice of calibration batches: one value of a manifest's calibration axis.
///
/// `all` calibrates and measures on every batch; `4` and `0..3` calibrate on the first four and
/// measure the rest, or the batches that are named as held out.
package struct CalibrationChoice: Hashable, Sendable {
  /// The batches to calibrate on; nil for all.
  package let calibration: BatchSet?
  /// The batches to measure on; nil for all others.
  package let heldOut: BatchSet?

  /// Calibrates and measures on everything.
  package static let all = CalibrationChoice(calibration: nil, heldOut: nil)

  private init(calibration: BatchSet?, heldOut: BatchSet?) {
    self.calibration = calibration
    self.heldOut = heldOut
  }

  /// Parses `all`, a number of batches counted from the first, or a range such as `0..3`; nil for
  /// any other text.
  package init?(_ text: String) {
    if text == "all" {
      self = .all
    } else if let count = Int(text), (1...BatchSet.maximumCount).contains(count) {
      self.init(calibration: BatchSet(0...count - 1), heldOut: nil)
    } else if let set = BatchSet(text) {
      self.init(calibration: set, heldOut: nil)
    } else {
      return nil
    }
  }

  /// The same choice with other held-out batches.
  package func measured(on heldOut: BatchSet?) -> CalibrationChoice {
    CalibrationChoice(calibration: calibration, heldOut: heldOut)
  }

  /// The split of a tensor with `count` batches; nil if all batches are both calibrated on and
  /// measured.
  ///
  /// - Throws: If the tensor lacks such batches, or if held-out batches are none or also
  ///   calibration batches.
  package func split(of count: Int) throws(BatchFault) -> CalibrationSplit? {
    guard let calibration else {
      guard heldOut == nil else {
        throw BatchFault(
          problem: "calibrating on all batches holds none out", expected: "some of the batches")
      }
      return nil
    }
    guard count > 1 else {
      throw BatchFault(
        problem: "there is one batch only", expected: "two or more to hold some out")
    }
    let last = max(calibration.last, heldOut?.last ?? 0)
    guard last < count else {
      throw BatchFault(
        problem: "there is no batch \(last) among \(count)",
        expected: "batches from 0 to \(count - 1)")
    }
    if let both = heldOut?.intersection(calibration) {
      throw BatchFault(
        problem: "batches \(both) are calibrated on and held out", expected: "others to be held out"
      )
    }
    guard let heldOut = heldOut ?? calibration.rest(of: count) else {
      throw BatchFault(
        problem: "calibrating on \(calibration) leaves none of \(count) batches to measure",
        expected: "at most \(count - 1) of them")
    }
    return CalibrationSplit(calibration: calibration, heldOut: heldOut)
  }
}

extension CalibrationChoice: CustomStringConvertible {
  /// `all`, `0..3` or `0..3 held-out 8..15`.
  package var description: String {
    guard let calibration else { return "all" }
    return "\(calibration)" + (heldOut.map { " held-out \($0)" } ?? "")
  }
}
