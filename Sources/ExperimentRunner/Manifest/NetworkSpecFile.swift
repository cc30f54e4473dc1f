package import NetworkTraining

/// Reads the file of a network that is made from nothing.
///
/// ```yaml
/// name: fashion-small
/// input: {name: image, shape: [1, 28, 28]}
/// classes: 10
/// layers:
///   - conv: {outputs: 16, kernel: 3, padded: true}
///   - batch-norm
///   - relu
///   - max-pool: {kernel: 2}
///   - flatten
///   - linear: {outputs: 10}
/// ```
///
/// `conv` has `outputs`, `kernel`, `stride`, `groups` and `padded`, `depthwise` the same without outputs and
/// groups, `max-pool` and `average-pool` have `kernel` and `stride` (as long as the window where nothing is
/// said), `linear` has `outputs`; `batch-norm`, `relu`, `global-average-pool` and `flatten` have nothing.
package struct NetworkSpecFile {
  private let reader: NodeReader

  private static let words = [
    "conv", "depthwise", "batch-norm", "relu", "max-pool", "average-pool", "global-average-pool",
    "flatten", "linear",
  ]
  private static let keys: [String: [String]] = [
    "conv": ["outputs", "kernel", "stride", "groups", "padded"],
    "depthwise": ["kernel", "stride", "padded"], "max-pool": ["kernel", "stride"],
    "average-pool": ["kernel", "stride"], "linear": ["outputs"],
  ]
  private static let largest = 1 << 16

  /// Reads a file.
  ///
  /// - Throws: ``ManifestError`` with every fault of the file and where it is.
  package static func read(_ path: String) throws(ManifestError) -> NetworkSpec {
    let document = try YAMLDocument(path: path, what: "network")
    let start = ManifestLocation.text(line: 1, column: 1)
    let expected = "a mapping with the keys name, input, classes and layers"
    guard let root = document.root else {
      document.log.report(start, "the network is empty", expected: expected)
      throw document.log.error
    }
    let spec = Self(reader: document.reader).spec(root)
    try document.log.throwIfAny()
    guard let spec else { throw document.log.error }
    return spec
  }

  private func spec(_ root: ManifestNode) -> NetworkSpec? {
    let known = ["name", "input", "classes", "layers"]
    guard let fields = reader.fields(root, "the network", known: known) else { return nil }
    for key in known where fields[key] == nil {
      reader.log.report(root.location, "the network has no '\(key)'", expected: "the key '\(key)'")
    }
    let name = fields["name"].flatMap { reader.text($0.value, "name") }
    let input = fields["input"].flatMap { self.input($0.value) }
    let classes = fields["classes"].flatMap {
      reader.integer($0.value, "classes", in: 2...Self.largest)
    }
    let nodes = fields["layers"].flatMap { reader.list($0.value, "layers") } ?? []
    let layers = nodes.compactMap(layer)
    guard let name, let input, let classes, layers.count == nodes.count else { return nil }
    return NetworkSpec(
      name: name, input: input.name, shape: input.shape, classes: classes, layers: layers)
  }

  private func input(_ node: ManifestNode) -> (name: String, shape: [Int])? {
    guard let fields = reader.fields(node, "input", known: ["name", "shape"]),
      let shape = fields["shape"]
    else {
      reader.mismatch(node, "input", expected: "the keys name and shape")
      return nil
    }
    let lengths = (reader.list(shape.value, "shape") ?? []).compactMap {
      reader.integer($0, "a length of the shape", in: 1...Self.largest)
    }
    guard let name = fields["name"].map({ reader.text($0.value, "name") }) ?? "input" else {
      return nil
    }
    return (name, lengths)
  }

  /// A word, or a word with a mapping.
  private func layer(_ node: ManifestNode) -> NetworkSpec.Layer? {
    guard node.scalar == nil else {
      guard let word = reader.word(node, "layer", of: Self.words) else { return nil }
      return layer(word, [:], node)
    }
    guard
      let entry = reader.onlyEntry(node, "a layer", expected: NodeReader.oneOf(Self.words))
    else { return nil }
    guard let keys = Self.keys[entry.key] else {
      if Self.words.contains(entry.key) {
        reader.log.report(
          entry.keyLocation, "the layer '\(entry.key)' takes nothing", expected: "the word alone")
      } else {
        reader.log.report(
          entry.keyLocation, "unknown layer '\(entry.key)'",
          expected: NodeReader.oneOf(Self.words), word: entry.key, known: Self.words)
      }
      return nil
    }
    guard let fields = reader.fields(entry.value, entry.key, known: keys) else { return nil }
    return layer(entry.key, fields, entry.value)
  }

  private func layer(
    _ word: String, _ fields: [String: ManifestNode.Entry], _ node: ManifestNode
  ) -> NetworkSpec.Layer? {
    func integer(_ key: String, default normal: Int? = nil) -> Int? {
      guard let entry = fields[key] else {
        if normal == nil {
          reader.log.report(
            node.location, "the layer '\(word)' has no '\(key)'", expected: "the key '\(key)'")
        }
        return normal
      }
      return reader.integer(entry.value, key, in: 1...Self.largest)
    }
    let isPadded = fields["padded"].map {
      reader.word($0.value, "padded", of: ["true", "false"]) == "true"
    }
    switch word {
    case "conv":
      guard let outputs = integer("outputs"), let kernel = integer("kernel"),
        let stride = integer("stride", default: 1), let groups = integer("groups", default: 1)
      else { return nil }
      return .convolution(
        outputs: outputs, kernel: kernel, stride: stride, groups: groups,
        isPadded: isPadded ?? false)
    case "depthwise":
      guard let kernel = integer("kernel"), let stride = integer("stride", default: 1) else {
        return nil
      }
      return .depthwise(kernel: kernel, stride: stride, isPadded: isPadded ?? false)
    case "max-pool", "average-pool":
      guard let kernel = integer("kernel"), let stride = integer("stride", default: kernel) else {
        return nil
      }
      return word == "max-pool"
        ? .maxPool(kernel: kernel, stride: stride) : .averagePool(kernel: kernel, stride: stride)
    case "linear": return integer("outputs").map { .linear(outputs: $0) }
    case "batch-norm": return .batchNormalization
    case "relu": return .relu
    case "global-average-pool": return .globalAveragePool
    default: return .flatten
    }
  }
}
