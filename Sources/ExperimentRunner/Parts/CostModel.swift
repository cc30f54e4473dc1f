internal import Foundation
internal import QuantizationCore
internal import RangeEstimation

/// A guess of the time that a cell takes, from what the plan knows of it.
///
/// It decides how a plan is cut into parts, so it is part of the program and takes no times of earlier runs:
/// every machine must come to the same cut. A wrong guess costs balance and nothing else.
///
/// The numbers are nanoseconds for each value, the means of the 900 cells of `experiments/quickstart.yaml`
/// and of the first 1,625 of `experiments/estimators.yaml`, in one lane and in many, on one core.
enum CostModel {
  /// The price of a value in one lane, and in lanes of some hundred values.
  private struct Price {
    let whole: Double
    let inLanes: Double
  }

  private static let prices: [String: Price] = [
    "aciq": Price(whole: 10, inLanes: 180), "aciq-grid": Price(whole: 10, inLanes: 180),
    "aimet-sqnr": Price(whole: 12, inLanes: 1450),
    "aimet-tf-enhanced": Price(whole: 12, inLanes: 380),
    "cross-entropy": Price(whole: 860, inLanes: 2500),
    "golden-section": Price(whole: 11, inLanes: 450), "gptq-grid": Price(whole: 70, inLanes: 890),
    "hqq": Price(whole: 45, inLanes: 180), "kl": Price(whole: 100, inLanes: 4000),
    "lp": Price(whole: 540, inLanes: 3100), "mse": Price(whole: 110, inLanes: 300),
    "mse-grid": Price(whole: 10, inLanes: 690), "mxnet-kl": Price(whole: 20, inLanes: 8500),
    "ncnn-kl": Price(whole: 10, inLanes: 2600), "nvidia-entropy": Price(whole: 13, inLanes: 480),
    "nvidia-mse": Price(whole: 10, inLanes: 800), "percentile": Price(whole: 70, inLanes: 110),
  ]

  /// A rule that computes its range from a few numbers, and one that searches.
  private static let simple = Price(whole: 10, inLanes: 100)
  private static let searching = Price(whole: 100, inLanes: 1000)

  /// The values for which the price of a lane is counted.
  private static let valuesOfLane = 256

  /// The nanoseconds of a cell.
  ///
  /// - Parameters:
  ///   - elements: The number of values.
  ///   - lanes: The number of lanes.
  static func nanoseconds(
    of rule: EstimatorDescriptor, bits: BitWidth, elements: Int, lanes: Int
  ) -> Double {
    let isSearch = rule.family != .statistics
    let price = prices[rule.identifier] ?? (isSearch ? searching : simple)
    let inLanes = lanes > 1 ? Double(min(elements, lanes * valuesOfLane)) : 0
    // A search visits ranges in steps of a level; from 4 to 8 bits it takes about twice the time.
    let steps = isSearch ? exp2(Double(bits.count - 4) / 4) : 1
    let once = Double(elements) * price.whole + inLanes * max(0, price.inLanes - price.whole)
    return 20_000 + once * steps
  }

  /// The nanoseconds that the cells of an item share: reading, sorting, and the search for the optimum.
  static func nanosecondsOfItem(elements: Int) -> Double { 500_000 + Double(elements) * 60 }

  /// The nanoseconds of a network without its cells: the float run, and a run for each row.
  ///
  /// - Parameter weights: The number of its weights.
  static func nanosecondsOfNetwork(weights: Int, rows: Int) -> Double {
    1e9 + Double(weights) * 1000 * Double(rows + 1)
  }

  /// The nanoseconds of a cell of an activation, whose number of values is not known before the float run.
  static let nanosecondsOfActivation = 1e7
}
