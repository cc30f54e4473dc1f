internal import Foundation
internal import TensorIO

/// One operation of a model.
package struct Node: Sendable {
  /// The message as it was read, with whatever else it says.
  var message: OnnxNode

  init(_ message: OnnxNode) { self.message = message }

  /// A new operation of the standard operator set, or of another domain.
  package init(
    _ operation: String, name: String, inputs: [String], outputs: [String], domain: String = ""
  ) {
    message = OnnxNode()
    message.opType = operation
    message.name = name
    message.input = inputs
    message.output = outputs
    if !domain.isEmpty { message.domain = domain }
  }

  /// The name; may be empty, and need not be unique.
  package var name: String {
    get { message.name }
    set { message.name = newValue }
  }

  /// The operator, such as `Conv`.
  package var operation: String {
    get { message.opType }
    set { message.opType = newValue }
  }

  /// The operator set that the operator is of; empty for the standard one.
  package var domain: String { message.domain == "ai.onnx" ? "" : message.domain }

  /// The tensors that are read; an optional input that is left out is empty.
  package var inputs: [String] {
    get { message.input }
    set { message.input = newValue }
  }

  /// The tensors that are made; an optional output that is left out is empty.
  package var outputs: [String] {
    get { message.output }
    set { message.output = newValue }
  }

  /// The name of an input; nothing where there is none.
  package func input(_ index: Int) -> String? {
    message.input.indices.contains(index) && !message.input[index].isEmpty
      ? message.input[index] : nil
  }

  /// How messages call the node: its operator with its name, or with what it makes.
  package var label: String {
    "\(operation) \(printable(name.isEmpty ? outputs.first ?? "" : name))"
  }
}

/// Attributes by name.
///
/// Writers of proto3 leave a zero out: an attribute that says its type has a value, then.
extension Node {
  /// A whole number; nothing where there is no such attribute.
  package func integer(_ name: String) -> Int? {
    attribute(name).flatMap { $0.hasI || $0.type == 2 ? Int($0.i) : nil }
  }

  /// Whole numbers; nothing where there is no such attribute.
  package func integers(_ name: String) -> [Int]? {
    attribute(name).map { $0.ints.map { Int($0) } }
  }

  /// A number; nothing where there is no such attribute.
  package func float(_ name: String) -> Float? {
    attribute(name).flatMap { $0.hasF || $0.type == 1 ? $0.f : nil }
  }

  /// Numbers; nothing where there is no such attribute.
  package func floats(_ name: String) -> [Float]? { attribute(name).map(\.floats) }

  /// A text; nothing where there is no such attribute.
  package func text(_ name: String) -> String? {
    attribute(name).flatMap {
      $0.hasS || $0.type == 3 ? String(decoding: $0.s, as: UTF8.self) : nil
    }
  }

  /// A constant; nothing where there is no such attribute.
  package func tensor(_ name: String) -> ModelTensor? {
    attribute(name).flatMap { $0.hasT ? ModelTensor($0.t) : nil }
  }

  /// Sets an attribute to a whole number.
  package mutating func set(_ name: String, _ value: Int) {
    replace(name, type: 2) { $0.i = Int64(value) }
  }

  /// Sets an attribute to whole numbers.
  package mutating func set(_ name: String, _ values: [Int]) {
    replace(name, type: 7) { $0.ints = values.map(Int64.init) }
  }

  /// Sets an attribute to a number.
  package mutating func set(_ name: String, _ value: Float) {
    replace(name, type: 1) { $0.f = value }
  }

  /// Sets an attribute to a text.
  package mutating func set(_ name: String, _ value: String) {
    replace(name, type: 3) { $0.s = Data(value.utf8) }
  }

  /// Takes an attribute away; there need be none.
  package mutating func remove(_ name: String) {
    message.attribute.removeAll { $0.name == name }
  }

  private func attribute(_ name: String) -> OnnxAttribute? {
    message.attribute.first { $0.name == name }
  }

  private mutating func replace(
    _ name: String, type: Int32, _ fill: (inout OnnxAttribute) -> Void
  ) {
    remove(name)
    var attribute = OnnxAttribute()
    attribute.name = name
    attribute.type = type
    fill(&attribute)
    message.attribute.append(attribute)
  }
}

/// Subgraphs, as `If` and `Loop` have.
extension Node {
  /// Whether the node holds graphs of its own.
  package var hasSubgraph: Bool {
    message.attribute.contains { $0.hasG || !$0.graphs.isEmpty }
  }

  /// The nodes of subgraphs, and of those within them.
  package var nodesInSubgraphs: [Node] {
    message.attribute.flatMap { attribute in
      (attribute.graphs + (attribute.hasG ? [attribute.g] : [])).flatMap { graph in
        graph.node.map(Node.init).flatMap { [$0] + $0.nodesInSubgraphs }
      }
    }
  }

  /// The names that subgraphs read, those of their own tensors among them.
  package var namesInSubgraphs: Set<String> {
    var names: Set<String> = []
    for attribute in message.attribute {
      for graph in attribute.graphs + (attribute.hasG ? [attribute.g] : []) {
        names.formUnion(graph.output.map(\.name))
        for node in graph.node.map(Node.init) {
          names.formUnion(node.inputs)
          names.formUnion(node.namesInSubgraphs)
        }
      }
    }
    return names
  }
}
