internal import Foundation
internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkQuantization
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
package import RangeFiles
internal import TensorIO

/// Ranges of weights whose errors count as much as the inputs they are multiplied by.
///
/// Each lane minimizes `sum_i h_i (w_i - w^_i)^2` with `h_i` the second moment of the input channel of
/// `w_i` on the calibration samples, by the certified search of the weighted
/// least squares: as far as the inputs of an output are uncorrelated, that is the squared error of the
/// output. It is the diagonal of the matrix of second-order methods (LeCun, Denker and Solla, "Optimal
/// Brain Damage", 1989).
package struct OutputAwareWeights: Sendable {
  /// The errors of one weight, as sums over its elements.
  package struct Errors: Sendable {
    /// The sum of squared errors.
    package internal(set) var plain = 0.0
    /// The same, each times the second moment of its input channel.
    package internal(set) var weighted = 0.0
  }

  /// The ranges, in the order of the weights.
  package let ranges: [TensorRange]
  /// The errors of these ranges, weight after weight.
  package let errors: [Errors]
  /// The errors of the ranges with the least plain error.
  package let leastSquares: [Errors]
  /// Weights whose input channels are not known, for which all elements count alike.
  package let unweighted: [String]

  /// The name of the rule.
  package static let name = "output-aware"

  /// The errors of these ranges as shares of those with the least plain error: the geometric mean over
  /// weights.
  ///
  /// - Parameter measure: Which error.
  package func ratio(_ measure: (Errors) -> Double) -> Double {
    let logarithms = zip(errors, leastSquares).map { (measure($0), measure($1)) }
      .filter { $0.0 > 0 && $0.1 > 0 }.map { log($0.0 / $0.1) }
    return exp(logarithms.reduce(0, +) / Double(max(1, logarithms.count)))
  }
}

extension NetworkCalibration {
  /// The output-aware ranges of the weights.
  ///
  /// - Parameters:
  ///   - rule: The rule with the least plain error, whose grid and lanes are taken.
  ///   - run: What is run on what.
  ///   - progress: Called with what is being done and how much of it is done.
  /// - Throws: What reading and running throw.
  ///
  /// Complexity: one float run, and O(n levels log n) for the n values of a lane.
  package func outputAwareWeights(
    _ rule: NetworkRule, _ run: Run,
    progress: @Sendable (_ what: String, _ done: Int, _ all: Int) -> Void = { _, _, _ in }
  ) throws -> OutputAwareWeights {
    let network = network
    let weights = network.placement.weights
    let channels = weights.map { weight in
      weight.uses.compactMap { InputChannels(weight, $0, in: network.model) }
    }
    let moments = try secondMoments(channels.flatMap { $0 }, run, progress)
    let plain = try ranges(weights: rule, activations: nil)
    let known = Dictionary(
      plain.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let found = try workers.map(weights.count) { index in
      let weight = weights[index]
      let values = try network.values(ofWeight: weight.name)
      var importance = [Double](repeating: 0, count: values.count)
      var isKnown = !channels[index].isEmpty
      for use in channels[index] {
        guard let moment = moments[Place(use)], moment.count == use.count else {
          isKnown = false
          continue
        }
        for (element, channel) in use.ofElements.enumerated() {
          importance[element] += moment[channel]
        }
      }
      if !isKnown { importance = [Double](repeating: 1, count: values.count) }
      guard let least = known[weight.name] else {
        throw NetworkDataError("\(network.model.name): '\(printable(weight.name))' has no range")
      }
      let lanes = WeightedLanes(values, importance, least)
      return (lanes.chosen, isKnown, weight.name)
    }
    return OutputAwareWeights(
      ranges: found.map(\.0.range), errors: found.map(\.0.errors),
      leastSquares: found.map(\.0.leastSquares),
      unweighted: found.filter { !$0.1 }.map(\.2))
  }

  /// A tensor and the axis of its channels.
  private struct Place: Hashable {
    let tensor: String
    let axis: Int

    init(_ channels: InputChannels) { (tensor, axis) = (channels.activation, channels.axis) }
  }

  /// The mean square of each channel of the tensors that weights are multiplied by.
  private func secondMoments(
    _ channels: [InputChannels], _ run: Run,
    _ progress: (_ what: String, _ done: Int, _ all: Int) -> Void
  ) throws -> [Place: [Double]] {
    let axes = Dictionary(grouping: Set(channels.map(Place.init)), by: \.tensor)
    var moments: [Place: [Double]] = [:]
    let float = ActivationRun(
      network.model, on: run.samples, batchSize: run.batchSize, threads: run.threads,
      library: run.library)
    try float.forEachGroup(of: axes.keys.sorted(), progress: { progress("samples", $0, $1) }) {
      files in
      let found = try workers.map(files.count) { index in
        try (axes[files[index].name] ?? []).map {
          ($0, try files[index].meanSquares(along: $0.axis))
        }
      }
      for (place, moment) in found.flatMap({ $0 }) { moments[place] = moment }
    }
    return moments
  }
}

/// The lanes of one weight.
private struct WeightedLanes {
  private(set) var chosen:
    (range: TensorRange, errors: OutputAwareWeights.Errors, leastSquares: OutputAwareWeights.Errors)

  init(_ values: [Float], _ importance: [Double], _ least: TensorRange) {
    var parameters: [QuantizationParameters] = []
    var (errors, leastSquares) = (OutputAwareWeights.Errors(), OutputAwareWeights.Errors())
    var sums = ErrorSums()
    if let partition = LanePartition(shape: least.shape, granularity: least.granularity) {
      for (index, plain) in least.parameters.enumerated() {
        let run = partition[index]
        var (lane, weights): ([Float], [Float]) = ([], [])
        run.forEachRun { start in
          lane += values[start..<start + run.runLength]
          weights += importance[start..<start + run.runLength].map(Float.init)
        }
        // Behind inputs that are always zero all values count alike.
        if !zip(lane, weights).contains(where: { $0 != 0 && $1 > 0 }) {
          weights = [Float](repeating: 1, count: lane.count)
        }
        let tails = SidedTails(lane, weights: weights)
        let optimum = tails.certificate(on: least.grid)
        let own = QuantizationParameters(
          scale: optimum.scale, zeroPoint: least.grid.minimumCode + optimum.codesBelow,
          grid: least.grid)
        parameters.append(own)
        let measured = Kernels.measureError(of: lane.span, with: own)
        sums.merge(measured)
        errors.plain += measured.squaredError
        errors.weighted += tails.squaredError(of: own)
        leastSquares.plain += Kernels.measureError(of: lane.span, with: plain).squaredError
        leastSquares.weighted += tails.squaredError(of: plain)
      }
    }
    let range = TensorRange(
      name: least.name, kind: .weight, shape: least.shape, granularity: least.granularity,
      grid: least.grid, estimator: OutputAwareWeights.name, scales: parameters.map(\.scale),
      zeroPoints: parameters.map(\.zeroPoint), meanSquaredError: sums.mse,
      regret: leastSquares.plain > 0 ? errors.plain / leastSquares.plain - 1 : nil)
    chosen = (range, errors, leastSquares)
  }
}

extension ActivationFile {
  /// The mean of the squares of each channel.
  ///
  /// - Parameter axis: The axis of the channels, from the first or, negative, from behind the last.
  /// - Throws: `TensorFileError`; `NetworkDataError` where a batch has no such axis or another number of
  ///   channels.
  fileprivate func meanSquares(along axis: Int) throws -> [Double] {
    let rows = try ArrayFile.open(path)[0].makeRows()
    var sums: [Double] = []
    var count = 0
    for shape in shapes {
      let place = axis < 0 ? axis + shape.count : axis
      guard shape.indices.contains(place), sums.isEmpty || sums.count == shape[place] else {
        throw NetworkDataError("'\(printable(name))' has no channels along axis \(axis)")
      }
      let channels = shape[place]
      let inner = shape[(place + 1)...].reduce(1, *)
      let all = shape.reduce(1, *)
      if sums.isEmpty { sums = [Double](repeating: 0, count: channels) }
      let bytes = try rows.next(all)
      bytes.withUnsafeBytes { raw in
        for start in stride(from: 0, to: all, by: max(1, inner)) {
          var sum = 0.0
          for index in start..<start + inner {
            let value = Double(raw.loadUnaligned(fromByteOffset: 4 * index, as: Float.self))
            sum += value * value
          }
          sums[start / max(1, inner) % channels] += sum
        }
      }
      count += channels > 0 ? all / channels : 0
    }
    return sums.map { $0 / Double(max(1, count)) }
  }
}
