internal import ArgumentParser
internal import Foundation
internal import ModelFiles
internal import NetworkQuantization
internal import Reports
internal import TensorIO

/// `rangelab model prune`: sets the smallest weights of a model to 0.
struct ModelPruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Set the smallest weights of a model to 0.",
    discussion: """
      Of n weights exactly round(SPARSITY n) go, those of the smallest magnitude; of equal ones the first. \
      --by tensor ranks each weight tensor by itself, --by model all of them together. --pattern 2:4 keeps the \
      two largest of each four along the input channels; a weight whose input channels are no \
      multiple of four is left as it is.

      What the weights take with an index is printed: a bitmap has a bit for each weight, an index the \
      place of each kept weight in its row and 4 bytes for each row, a pattern the place in each group.

      EXAMPLES
        rangelab model prune model.onnx --sparsity 0.75 -o pruned.onnx
        rangelab model prune model.onnx --pattern 2:4 -o pruned.onnx
      """)

  enum Scope: String, ExpressibleByArgument, CaseIterable { case tensor, model }
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "The float model (.onnx).") var model: String
  @Option(help: "The share of weights that becomes 0, above 0 and below 1.") var sparsity: Double?
  @Option(help: "Where the share holds: in each tensor, or over the whole model.")
  var by: Scope = .tensor
  @Option(help: ArgumentHelp("So many of each group are kept, such as 2:4.", valueName: "n:m"))
  var pattern: String?
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Where the model goes (.onnx).", valueName: "file"))
  var output: String
  @Option(help: "How results are printed.") var format: Format = .text
  @OptionGroup var placement: PlacementOptions

  func validate() throws {
    guard (sparsity == nil) != (pattern == nil) else {
      throw ValidationError("Expected --sparsity or --pattern, one of them.")
    }
    if let sparsity, !(sparsity > 0 && sparsity < 1) {
      throw ValidationError("--sparsity cannot be \(sparsity); expected above 0 and below 1.")
    }
    if let pattern, PruningPattern(pattern) == nil {
      throw ValidationError("--pattern cannot be '\(pattern)'; expected N:M, such as 2:4.")
    }
    if pattern != nil, by == .model {
      throw ValidationError("--pattern holds in each group; --by model does not go with it.")
    }
  }

  mutating func run() throws {
    try reportingFailure {
      var outputs = OutputGuard(inputs: [model])
      try outputs.claimEarly(output, for: "--output")
      let model = try Model(path: self.model)
      let chosen = Placement(model, try placement.choice())
      guard !chosen.weights.isEmpty else {
        throw NetworkError(
          model.name,
          "nothing to prune: none of its \(model.nodes.count) nodes has a chosen float32 weight")
      }
      let pattern = pattern.flatMap(PruningPattern.init)
      let share = sparsity ?? 0
      let rule: PruningRule =
        pattern.map { .pattern($0) }
        ?? (by == .tensor ? .tensors(sparsity: share) : .model(sparsity: share))
      let pruned = try model.pruned(chosen, rule) { tensor in
        try TensorFile.open("\(self.model)#\(tensor.name)")[0].load(nonFinite: .error).values
      }
      let bytes = try pruned.model.bytes()
      try pruned.model.copyExternalFiles(besides: output)
      try writeAtomically(Array(bytes), to: output)
      let document = PruningDocument(pruned, pattern)
      switch format {
      case .json: print(try EstimateDocument.json(document), terminator: "")
      case .text: print(document.text, terminator: "")
      }
    }
  }
}

/// What `model prune` prints.
struct PruningDocument: Encodable {
  /// A weight, or all of them: counts, and bytes as float32 values.
  struct Row: Encodable {
    let weight: String
    let shape: [Int]?
    let weights: Int
    let kept: Int
    let sparsity: Double
    let denseBytes: Int
    let bitmapBytes: Int
    let indexBytes: Int
    let patternBytes: Int?
    let left: String?
  }

  let layers: [Row]
  let model: Row

  init(_ pruned: PrunedModel, _ pattern: PruningPattern?) {
    let rows = pruned.layers.map { layer in
      let storage = layer.storage
      return Row(
        weight: layer.name, shape: layer.shape, weights: storage.count, kept: storage.kept,
        sparsity: Self.sparsity(storage.count, storage.kept), denseBytes: storage.dense(bits: 32),
        bitmapBytes: storage.bitmap(bits: 32), indexBytes: storage.index(bits: 32),
        patternBytes: pattern.map {
          layer.reason == nil ? storage.pattern($0, bits: 32) : storage.dense(bits: 32)
        },
        left: layer.reason)
    }
    layers = rows
    func sum(_ value: (Row) -> Int) -> Int { rows.reduce(0) { $0 + value($1) } }
    model = Row(
      weight: "all", shape: nil, weights: sum(\.weights), kept: sum(\.kept),
      sparsity: Self.sparsity(sum(\.weights), sum(\.kept)), denseBytes: sum(\.denseBytes),
      bitmapBytes: sum(\.bitmapBytes), indexBytes: sum(\.indexBytes),
      patternBytes: pattern.map { _ in sum { $0.patternBytes ?? 0 } }, left: nil)
  }

  private static func sparsity(_ count: Int, _ kept: Int) -> Double {
    count == 0 ? 0 : Double(count - kept) / Double(count)
  }

  /// As text for a terminal.
  var text: String {
    let hasPattern = model.patternBytes != nil
    var table = MarkdownTable(
      ["weight", "shape", "weights", "kept", "zeros", "dense", "bitmap", "index"]
        + (hasPattern ? ["pattern"] : []), leftColumns: 2)
    for row in layers + [model] {
      table.add(
        [
          row.weight, row.shape.map { "\($0)" } ?? "", "\(row.weights)", "\(row.kept)",
          String(format: "%.2f %%", 100 * row.sparsity), "\(row.denseBytes)",
          "\(row.bitmapBytes)", "\(row.indexBytes)",
        ] + (hasPattern ? ["\(row.patternBytes ?? 0)"] : []))
    }
    let left = layers.compactMap { row in row.left.map { "left: \(row.weight): \($0)" } }
    return table.text + "\nbytes of weights as float32\n" + left.map { $0 + "\n" }.joined()
  }
}
