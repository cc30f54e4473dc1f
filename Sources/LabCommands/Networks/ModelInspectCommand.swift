internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import ModelFiles
internal import NetworkQuantization
internal import Reports

/// `rangelab model inspect`: what a model has, and what of it would be quantized.
struct ModelInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show a model's nodes and parameters, and what of it would be quantized.",
    discussion: """
      With --sizes the bytes of each weight are printed in each way to store it: as float, by tensor, channel and \
      group, and with an index of the weights that are not 0, a bitmap or the places in each row.

      EXAMPLES
        rangelab model inspect model.onnx
        rangelab model inspect pruned.onnx --sizes
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "The float model (.onnx).") var model: String
  @Option(help: "How results are printed.") var format: Format = .text
  @Flag(help: "Print the bytes of each weight in each way to store it.") var sizes = false
  @OptionGroup var placement: PlacementOptions

  mutating func run() throws {
    try reportingFailure {
      let network = try PreparedNetwork(model, placement.choice())
      if sizes {
        let sizes = try LayerSizes(network.model, network.placement) {
          try network.values(ofWeight: $0)
        }
        switch format {
        case .json: print(try EstimateDocument.json(sizes), terminator: "")
        case .text: print(sizes.text, terminator: "")
        }
        return
      }
      let document = ModelDocument(network, original: try Model(path: model))
      switch format {
      case .json: print(try EstimateDocument.json(document), terminator: "")
      case .text: print(document.text, terminator: "")
      }
    }
  }
}

/// What `model inspect` prints.
struct ModelDocument: Encodable {
  struct Weight: Encodable {
    let name: String
    let shape: [Int]
    let axis: Int
    let readers: Int
  }

  struct Size: Encodable {
    let way: String
    let codes: Int
    let scales: Int
    let zeroPoints: Int
    let biases: Int
    let floats: Int
    let bytes: Int

    init(_ way: ModelFootprint.Way, of network: PreparedNetwork) {
      let found = ModelFootprint(network.model, network.placement, way)
      (self.way, codes, scales) = (way.name, found.codes, found.scales)
      (zeroPoints, biases) = (found.zeroPoints, found.biases)
      (floats, bytes) = (found.floats, found.total)
    }
  }

  struct Left: Encodable {
    let node: String
    let reason: String
  }

  let name: String
  let operatorSet: Int
  let inputs: [String]
  let outputs: [String]
  let operators: [String: Int]
  let parameters: Int
  let parameterBytes: Int
  let foldedBatchNormalizations: Int
  let weights: [Weight]
  let activations: [String]
  let biases: [String]
  let sizes: [Size]
  let left: [Left]

  init(_ network: PreparedNetwork, original: Model) {
    let placement = network.placement
    name = original.name
    operatorSet = original.operatorSet
    inputs = original.inputs.map(Self.text)
    outputs = original.outputs.map(Self.text)
    operators = Dictionary(original.nodes.map { ($0.operation, 1) }, uniquingKeysWith: +)
    let constants = (original.initializers + original.nodes.compactMap(\.constant))
      .filter { $0.type?.isFloat == true }
    parameters = constants.reduce(0) { $0 + $1.count }
    parameterBytes = constants.reduce(0) { $0 + ($1.byteCount ?? 0) }
    foldedBatchNormalizations = network.folded.count
    weights = placement.weights.map {
      Weight(name: $0.name, shape: $0.shape, axis: $0.axis, readers: $0.uses.count)
    }
    activations = placement.activations.map(\.name)
    biases = placement.biases.map(\.name)
    sizes = ModelFootprint.ways.map { Size($0, of: network) }
    left = placement.left.map { Left(node: $0.node, reason: $0.reason) }
  }

  private static func text(_ port: ModelPort) -> String {
    let shape = port.shape?.map { $0.map(String.init) ?? "?" }.joined(separator: ", ") ?? "..."
    return "\(port.name): \(port.type.map { "\($0)" } ?? "?") [\(shape)]"
  }

  /// As text for a terminal.
  var text: String {
    var lines = ["\(name), operator set \(operatorSet)"]
    lines += inputs.map { "input       \($0)" } + outputs.map { "output      \($0)" }
    let counts = operators.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }
    lines.append("operators   " + counts.map { "\($0.value) \($0.key)" }.joined(separator: ", "))
    lines.append("parameters  \(parameters), \(parameterBytes) bytes")
    if foldedBatchNormalizations > 0 {
      lines.append("folded      \(foldedBatchNormalizations) batch normalizations")
    }
    lines.append(
      "quantized   \(weights.count) weights, \(activations.count) activations, \(biases.count) biases"
    )
    var table = MarkdownTable(["weight", "shape", "axis"])
    for weight in weights { table.add([weight.name, "\(weight.shape)", "\(weight.axis)"]) }
    lines += ["", table.text, sizeTable]
    lines += left.map { "float: \($0.node): \($0.reason)" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The bytes of all numbers in each way to store them.
  private var sizeTable: String {
    var table = MarkdownTable([
      "bytes of numbers", "codes", "scales", "zero points", "biases", "in float", "all", "of float",
    ])
    for size in sizes {
      let parts = [size.codes, size.scales, size.zeroPoints, size.biases, size.floats, size.bytes]
      let share = 100 * Double(size.bytes) / Double(max(1, sizes[0].bytes))
      table.add([size.way] + parts.map(String.init) + [String(format: "%.1f %%", share)])
    }
    return table.text
  }
}
