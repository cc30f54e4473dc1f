internal import Foundation
internal import SwiftProtobuf

extension Model {
  /// A new model of these parts.
  ///
  /// - Parameters:
  ///   - name: How messages call it.
  ///   - operatorSet: The version of the standard operator set.
  ///   - inputs: What each run gives, with types and shapes.
  ///   - outputs: What it makes.
  ///   - nodes: The operations, in any order in which they can be run.
  ///   - initializers: The constants.
  /// - Throws: ``ModelError`` where the parts contradict each other, as for a model that is read.
  ///
  /// Complexity: O(nodes and constants).
  package init(
    name: String, operatorSet: Int, inputs: [ModelPort], outputs: [ModelPort], nodes: [Node],
    initializers: [ModelTensor]
  ) throws(ModelError) {
    var message = OnnxModel()
    message.irVersion = operatorSet > 20 ? 10 : 8
    message.producerName = "rangelab"
    var standard = OnnxOperatorSet()
    standard.domain = ""
    standard.version = Int64(operatorSet)
    message.opsetImport = [standard]
    message.graph.name = name
    message.graph.input = inputs.map(\.message)
    message.graph.output = outputs.map(\.message)
    message.graph.node = nodes.map(\.message)
    message.graph.initializer = initializers.map(\.message)
    let bytes: Data
    do {
      bytes = try message.serializedBytes()
    } catch {
      throw .unsupported(model: name, reason: "cannot be written: \(error)")
    }
    try self.init(bytes: bytes, name: name)
  }
}
