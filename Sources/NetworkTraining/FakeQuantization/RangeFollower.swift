internal import NetworkRuntime
internal import QuantizationCore

/// Ranges that follow what training shows: moving averages of the smallest and the largest values.
///
/// `[lower, upper] = m [lower, upper] + (1 - m) [min x, max x]`, from which scale and zero point follow as for
/// the rule `minmax`. Weights have one range for each lane, seen behind each step.
///
/// Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient
/// Integer-Arithmetic-Only Inference", 2018, section 3.1.
package struct RangeFollower: Sendable {
  /// One quantizer.
  package struct Quantizer: Sendable {
    /// The tensor.
    let tensor: String
    /// The inputs of the graph for scales and zero points.
    let scale: String
    let zeroPoint: String
    /// The outputs of the graph with the smallest and the largest value of an activation; nothing for a
    /// weight.
    let observed: (least: String, most: String)?
    /// The lanes of a weight; nothing for an activation.
    let lanes: LanePartition?
    /// The codes.
    let grid: CodeGrid
    /// The lower and the upper ends of all lanes at the beginning.
    let start: [Float]
  }

  /// The quantizers.
  let quantizers: [Quantizer]
  /// How much of a range stays at each step.
  let momentum: Float

  init(_ quantizers: [Quantizer], momentum: Float = 0.99) {
    (self.quantizers, self.momentum) = (quantizers, momentum)
  }

  /// The names of outputs that are read.
  var observed: [String] { quantizers.flatMap { $0.observed.map { [$0.least, $0.most] } ?? [] } }

  /// The ranges at the beginning: lower ends, then upper ends, by the name of the scale.
  var start: [String: [Float]] {
    Dictionary(uniqueKeysWithValues: quantizers.map { ($0.scale, $0.start) })
  }

  /// Scales and zero points of ranges, as inputs of the graph.
  func inputs(_ ranges: [String: [Float]]) throws -> [String: RuntimeValue] {
    var inputs: [String: RuntimeValue] = [:]
    for quantizer in quantizers {
      let parameters = Self.parameters(ranges[quantizer.scale] ?? quantizer.start, quantizer.grid)
      let shape = parameters.count == 1 ? [] : [parameters.count]
      inputs[quantizer.scale] = try RuntimeValue(parameters.map(\.scale), shape: shape)
      inputs[quantizer.zeroPoint] = try RuntimeValue(
        parameters.map { Float($0.zeroPoint) }, shape: shape)
    }
    return inputs
  }

  /// The quantizers that cover ranges.
  static func parameters(_ ranges: [Float], _ grid: CodeGrid) -> [QuantizationParameters] {
    let count = ranges.count / 2
    return (0..<count).map {
      QuantizationParameters(
        covering: ClippingRange(Double(ranges[$0]), Double(ranges[count + $0])), on: grid)
    }
  }

  /// Moves ranges towards what a step has shown.
  ///
  /// - Parameters:
  ///   - ranges: The ranges, by the name of the scale.
  ///   - outputs: The outputs of ``observed``.
  ///   - parameters: The parameters of the graph and their values, among which the weights are.
  ///
  /// Complexity: O(weights).
  func follow(
    _ ranges: inout [String: [Float]], _ outputs: [RuntimeValue],
    _ parameters: [TrainedParameter], _ values: [[Float]]
  ) throws {
    let places = Dictionary(
      parameters.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    var rest = outputs[...]
    for quantizer in quantizers {
      let seen: [Float]
      if quantizer.observed != nil {
        seen = try [
          rest.removeFirst().floats.first ?? 0, rest.removeFirst().floats.first ?? 0,
        ]
      } else if let place = places[quantizer.tensor], let lanes = quantizer.lanes {
        seen = lanes.ends(of: values[place])
      } else {
        continue
      }
      ranges[quantizer.scale] = zip(ranges[quantizer.scale] ?? quantizer.start, seen).map {
        momentum * $0 + (1 - momentum) * $1
      }
    }
  }
}
