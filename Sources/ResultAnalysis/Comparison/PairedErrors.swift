internal import Foundation
internal import ResultRecords
internal import TensorIO

/// The errors of two contenders, tensor by tensor.
///
/// Cells of one tensor depend on each other, so they are averaged and the tensor counts once: its
/// difference is the mean over its cells of `log(mse / reference mse)`.
struct PairedErrors {
  /// The mean logarithm of the ratio of each tensor; exactly 0 for a tie.
  let differences: [Double]
  /// The differences for tests, in steps of the tie tolerance, so that the last bits of a logarithm
  /// do not rank equal errors.
  let steps: [Double]
  /// The number of cells in the differences.
  let cells: Int
  /// The number of cells without a ratio, because one of the two has no error.
  let lossless: Int

  init(_ slice: [ErrorTable.Cell], _ contender: Int, against reference: Int, tie: Double) {
    var logs: [ExactName: [Double]] = [:]
    var lossless = 0
    for cell in slice {
      guard let mine = cell.errors[contender], let other = cell.errors[reference] else { continue }
      switch (mine == 0, other == 0) {
      // Neither has an error, so they are equal.
      case (true, true): logs[cell.key.tensorName, default: []].append(0)
      case (false, false): logs[cell.key.tensorName, default: []].append(log(mine / other))
      default: lossless += 1
      }
    }
    differences = logs.keys.sorted().compactMap { logs[$0] }.map { values in
      let mean = values.reduce(0, +) / Double(values.count)
      return abs(mean) <= tie ? 0 : mean
    }
    steps = tie > 0 ? differences.map { ($0 / tie).rounded() } : differences
    cells = logs.values.reduce(0) { $0 + $1.count }
    self.lossless = lossless
  }
}
