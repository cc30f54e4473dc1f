internal import Foundation
internal import QuantizationCore
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// The sums of which the headline table is an average, for a page that does not show every tensor.
///
/// The script adds up the settings that are not filtered out.
///
/// The number of sums is that of settings times estimators, whatever the number of tensors.
struct HeadlineSums {
  /// A setting and its column in the headline table.
  private struct Setting: Hashable {
    let bits: BitWidth
    let family: GridFamily
    let granularity: Granularity
    let column: String

    /// A sort key that does not depend on hashing.
    var order: (Int, String, String, String) {
      (bits.count, family.title, granularity.description, column)
    }
  }

  /// The sums over the cells of an estimator in a setting.
  private struct Sums {
    var cells = 0
    /// The number of cells with a ratio, the sum of its logarithms and the largest.
    var ratios = 0
    var logarithms = 0.0
    var largest = -Double.infinity
    /// The number of cells with an error, and the sum of their clipping shares in per cent.
    var errors = 0
    var clipping = 0.0
  }

  private var sums: [ExactName: [Setting: Sums]] = [:]

  /// Adds up all cells in one pass.
  init(_ experiment: ReportedExperiment) {
    let columns = experiment.columns
    experiment.comparison.forEach { record, ratio in
      guard let column = columns.first(where: { $0.contains(record.key) })
      else { return }
      let setting = Setting(
        bits: record.key.grid.bits, family: record.key.grid.family,
        granularity: record.key.granularity, column: column.id)
      var sum = sums[record.key.estimatorName]?[setting] ?? Sums()
      sum.cells += 1
      if let ratio {
        sum.ratios += 1
        sum.logarithms += log(ratio)
        sum.largest = max(sum.largest, log(ratio))
      }
      if let share = record.clippingShare {
        sum.errors += 1
        sum.clipping += 100 * share
      }
      sums[record.key.estimatorName, default: [:]][setting] = sum
    }
  }

  /// The sums of an estimator as JSON: an array for each setting, in the order the script reads.
  func json(_ estimator: String) -> String {
    let own = (sums[ExactName(estimator)] ?? [:]).sorted { $0.key.order < $1.key.order }
    return "[" + own.map { Self.json($0.key, $0.value) }.joined(separator: ",") + "]"
  }

  private static func json(_ setting: Setting, _ sum: Sums) -> String {
    let names = ["\(setting.bits)", setting.family.title, "\(setting.granularity)", setting.column]
    let numbers = [sum.logarithms, sum.ratios > 0 ? sum.largest : 0, sum.clipping]
      .map { String(format: "%.12g", $0) }
    return "[" + names.map { "\"\($0)\"" }.joined(separator: ",")
      + ",\(sum.cells),\(sum.ratios),\(numbers[0]),\(numbers[1]),\(sum.errors),\(numbers[2])]"
  }
}
