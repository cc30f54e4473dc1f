internal import ExperimentRunner
internal import Figures
internal import Foundation
internal import QuantizationKernels
internal import Reports

/// What `model evaluate --layers` prints.
struct LayerDocument: Encodable {
  /// One tensor of a quantized model.
  struct Row: Encodable {
    let tensor: String
    let kind: String
    let depth: Int
    let bits: Int?
    let localMse: Double?
    let localClippingMse: Double?
    let localRoundingMse: Double?
    let clippedFraction: Double?
    let localSqnrDb: Double?
    let carriedMse: Double?
    let carriedSqnrDb: Double?
    let arrivedMse: Double
    let arrivedSqnrDb: Double

    init(_ layer: LayerErrors.Layer) {
      (tensor, kind, depth, bits) = (layer.name, layer.kind.rawValue, layer.depth, layer.bits)
      localMse = layer.local?.mse
      localClippingMse = layer.local?.clippingMSE
      localRoundingMse = layer.local?.roundingMSE
      clippedFraction = layer.local?.clippedFraction
      localSqnrDb = layer.local?.sqnrInDecibels
      carriedMse = layer.carried?.meanSquaredError
      carriedSqnrDb = layer.carried.map { -10 * log10($0.share) }
      arrivedMse = layer.arrived.meanSquaredError
      arrivedSqnrDb = -10 * log10(layer.arrived.share)
    }
  }

  /// A quantized model.
  struct Model: Encodable {
    let file: String
    let tensors: [Row]
  }

  let float: String
  let samples: Int
  let models: [Model]

  init(_ models: [(path: String, errors: LayerErrors)], float: String) {
    self.float = float
    samples = models.first?.errors.samples ?? 0
    self.models = models.map { Model(file: $0.path, tensors: $0.errors.layers.map(Row.init)) }
  }

  /// A table for each model, tensors along the depth.
  var text: String {
    models.map { model in
      var table = MarkdownTable(
        [
          "tensor", "kind", "depth", "bits", "own SQNR", "clipping", "clipped", "carried",
          "arrived",
        ], leftColumns: 2)
      for row in model.tensors {
        let clipping = row.localMse.flatMap { all in
          row.localClippingMse.map { all > 0 ? $0 / all : 0 }
        }
        table.add([
          row.tensor, row.kind, "\(row.depth)", row.bits.map(String.init) ?? "",
          row.localSqnrDb.map(NetworkText.decibels) ?? "",
          clipping.map { String(format: "%.0f %%", 100 * $0) } ?? "",
          row.clippedFraction.map { String(format: "%.3g %%", 100 * $0) } ?? "",
          row.carriedSqnrDb.map(NetworkText.decibels) ?? "",
          NetworkText.decibels(row.arrivedSqnrDb),
        ])
      }
      return "\(model.file)\n\n\(table.text)"
    }.joined(separator: "\n")
      + "\n\(samples) samples. own: the tensor's quantizer on the values of \(float), the share of its "
      + "squared error from clipping, and the share of values clipped; carried: in the quantized model "
      + "in front of the quantizer; arrived: behind it\n"
  }

  /// A row for each tensor.
  var csv: String {
    let names = [
      "file", "tensor", "kind", "depth", "bits", "local_mse", "local_clipping_mse",
      "local_rounding_mse", "clipped_fraction", "local_sqnr_db", "carried_mse", "carried_sqnr_db",
      "arrived_mse", "arrived_sqnr_db",
    ]
    let rows = models.flatMap { model in
      model.tensors.map { row in
        [model.file, row.tensor, row.kind, "\(row.depth)", row.bits.map(String.init) ?? ""]
          + [
            row.localMse, row.localClippingMse, row.localRoundingMse, row.clippedFraction,
            row.localSqnrDb, row.carriedMse, row.carriedSqnrDb, row.arrivedMse,
            row.arrivedSqnrDb,
          ].map(NetworkText.number)
      }
    }
    return NetworkText.csv([names] + rows)
  }

  /// The errors as the figure draws them.
  static func drawing(_ models: [(path: String, errors: LayerErrors)]) -> String {
    LayerErrorFigure(
      models.map { model in
        let layers = model.errors.layers
        let activations = layers.filter { $0.kind != .weight }
        return LayerErrorFigure.Model(
          name: model.path.split(separator: "/").last.map(String.init) ?? model.path,
          arrived: activations.map { ($0.depth, $0.arrived.share) },
          local: activations.compactMap { layer in
            layer.local.map { (layer.depth, pow(10, -$0.sqnrInDecibels / 10)) }
          },
          weights: layers.filter { $0.kind == .weight }.map { ($0.depth, $0.arrived.share) })
      }, samples: models.first?.errors.samples ?? 0
    ).figure.svg
  }
}
