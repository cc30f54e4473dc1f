internal import ModelFiles
internal import NetworkQuantization
internal import Reports

/// What `model inspect --sizes` prints: the bytes of each weight in each way to store it, and of the model.
struct LayerSizes: Encodable {
  /// A weight.
  struct Layer: Encodable {
    let weight: String
    let weights: Int
    let nonZero: Int
    /// The bytes in each way, scales and zero points among them.
    let bytes: [Int]
    /// The bytes with 8 bits, one scale, and an index of the weights that are not 0.
    let bitmapBytes: Int
    let indexBytes: Int
  }

  /// A part of the model beside its weights.
  struct Part: Encodable {
    let name: String
    let bytes: [Int]
  }

  let ways: [String]
  let layers: [Layer]
  let parts: [Part]
  let total: [Int]
  let sparseTotals: [Int]
  let biases: Int

  /// Counts a model.
  ///
  /// - Parameter values: The values of a weight.
  ///
  /// Complexity: O(weights ways).
  init(
    _ model: Model, _ placement: Placement, values: (String) throws -> [Float]
  ) throws {
    let ways = ModelFootprint.allWays
    self.ways = ways.map(\.name)
    let layers = try placement.weights.map { weight in
      let mask = PruningMask(nonZerosOf: try values(weight.name))
      let storage = SparseStorage(
        count: mask.count, kept: mask.keptCount, rows: weight.shape[weight.axis])
      return Layer(
        weight: weight.name, weights: mask.count, nonZero: mask.keptCount,
        bytes: ways.map { $0.bytes(weight) }, bitmapBytes: storage.bitmap(bits: 8) + 4,
        indexBytes: storage.index(bits: 8) + 4)
    }
    self.layers = layers
    let all = ways.map { ModelFootprint(model, placement, $0) }
    let activations = zip(ways, all).map { way, found in
      way.bits < 32 ? placement.activations.count * (way.isAffine ? 5 : 4) : 0
    }
    parts = [
      Part(name: "quantizers of activations", bytes: activations),
      Part(name: "biases, as float or 32-bit integers", bytes: all.map(\.biases)),
      Part(name: "constants in float", bytes: all.map(\.floats)),
    ]
    total = all.map(\.total)
    biases = all[0].biases
    let rest = all[0].biases + all[0].floats + 4 * placement.activations.count
    sparseTotals = [
      layers.reduce(rest) { $0 + $1.bitmapBytes }, layers.reduce(rest) { $0 + $1.indexBytes },
    ]
  }

  /// As text for a terminal.
  var text: String {
    var table = MarkdownTable(["bytes", "not 0"] + ways + ["8 bits, bitmap", "8 bits, index"])
    for layer in layers {
      table.add(
        [layer.weight, "\(layer.nonZero) of \(layer.weights)"]
          + (layer.bytes + [layer.bitmapBytes, layer.indexBytes]).map(String.init))
    }
    for part in parts {
      // The sparse forms are symmetric, as the second way is.
      table.add([part.name, ""] + (part.bytes + [part.bytes[1], part.bytes[1]]).map(String.init))
    }
    table.add(["all", ""] + (total + sparseTotals).map(String.init))
    return table.text
  }
}
