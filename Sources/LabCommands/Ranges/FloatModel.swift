internal import ExperimentRunner
internal import Foundation
internal import ModelFiles
internal import NetworkQuantization
internal import RangeFiles
internal import RangeFormats

/// A float model for formats that hold the codes of its weights, or are a model themselves.
struct FloatModel: WeightSource, FloatNetwork {
  /// The model, folded, with all tensors that could be quantized.
  let network: PreparedNetwork
  private let shapes: [String: [Int]]

  /// Reads a model.
  ///
  /// - Throws: `ModelError`, and `NetworkError` where it has nothing to quantize.
  init(_ path: String) throws {
    network = try PreparedNetwork(path, PlacementChoice(operators: ["all"]))
    shapes = Dictionary(
      network.placement.weights.map { ($0.name, $0.shape) },
      uniquingKeysWith: { first, _ in first })
  }

  var float: Model { network.model }

  func values(of name: String) throws(FormatFault) -> (shape: [Int], values: [Float])? {
    guard let shape = shapes[name] else { return nil }
    do { return (shape, try network.values(ofWeight: name)) } catch {
      throw FormatFault("\(error)")
    }
  }

  func quantized(with ranges: RangeSet) throws(FormatFault) -> Data {
    do {
      return try network.model.quantized(network.placement, ranges) {
        try network.values(of: $0)
      }.model.bytes()
    } catch {
      throw FormatFault("\(error)")
    }
  }
}
