package import Foundation
internal import SwiftProtobuf

/// An ONNX model: nodes, constants, inputs and outputs.
///
/// Everything else that the file says is kept as it is, fields of later versions of the format among
/// them, so that a model that is read and written says the same. Subgraphs stay inside their nodes.
package struct Model: Sendable {
  /// How messages call it: the name of its file.
  package let name: String
  /// The folder of its file, where the files of external data lie.
  package let folder: String
  /// The operations, in an order in which they can be run.
  package var nodes: [Node]
  /// The constants that the graph lists; nodes of the operator `Constant` hold others.
  package var initializers: [ModelTensor]
  /// The message without nodes and constants.
  private var rest: OnnxModel

  /// The largest message that the format allows.
  private static let maximumBytes = Int(Int32.max)

  /// Reads a model.
  ///
  /// - Throws: ``ModelError``.
  ///
  /// Complexity: O(bytes); takes about twice the size of the file in memory. External data are not
  /// read.
  package init(path: String) throws(ModelError) {
    let url = URL(fileURLWithPath: path)
    let bytes: Data
    do {
      bytes = try Data(contentsOf: url, options: .mappedIfSafe)
    } catch {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw .unreadable(path: path, reason: isThere ? "cannot be read" : "no such file")
    }
    guard bytes.count <= Self.maximumBytes else {
      throw .unsupported(
        model: path,
        reason: "\(bytes.count) bytes; expected at most \(Self.maximumBytes), with the weights of "
          + "a larger model in a file beside it (external data)")
    }
    try self.init(
      bytes: bytes, name: url.lastPathComponent, folder: url.deletingLastPathComponent().path)
  }

  /// Reads a model that is in memory.
  ///
  /// - Throws: ``ModelError``.
  package init(bytes: Data, name: String, folder: String = "") throws(ModelError) {
    do {
      rest = try OnnxModel(serializedBytes: bytes)
    } catch {
      throw .malformed(model: name, reason: "is no ONNX model: \(Self.reason(error))")
    }
    (self.name, self.folder) = (name, folder)
    nodes = rest.graph.node.map(Node.init)
    initializers = rest.graph.initializer.map(ModelTensor.init)
    rest.graph.node = []
    rest.graph.initializer = []
    guard rest.hasGraph, rest.hasIrVersion, !nodes.isEmpty || !outputs.isEmpty else {
      throw .malformed(model: name, reason: "is no ONNX model: it has no graph")
    }
    try check()
    try sort()
  }

  private static func reason(_ error: any Error) -> String {
    (error as? BinaryDecodingError) == .truncated
      ? "its bytes end in the middle of a field" : "its bytes are not a message of the format"
  }

  /// An empty model of an operator set.
  package init(name: String, operatorSet: Int) {
    (self.name, folder, nodes, initializers, rest) = (name, "", [], [], OnnxModel())
    rest.irVersion = 8
    rest.graph.name = name
    self.operatorSet = operatorSet
  }

  /// Some nodes of the model with the constants that they read, as a model of its own; operator sets and
  /// functions are those of the model, and inputs are still to be set.
  ///
  /// - Parameters:
  ///   - nodes: In an order in which they can be run.
  ///   - constants: The constants that they read.
  ///   - outputs: The names of what they make and others want.
  package func part(nodes: [Node], constants: [ModelTensor], outputs: [String]) -> Model {
    var part = self
    (part.nodes, part.initializers) = (nodes, constants)
    part.outputs = outputs.map(ModelPort.init(name:))
    part.rest.graph.valueInfo = []
    part.setInputs([])
    return part
  }

  /// Sets the inputs to tensors of any shape.
  package mutating func setInputs(_ inputs: [(name: String, type: ModelElementType)]) {
    rest.graph.input = inputs.map { input in
      var message = OnnxValueInfo()
      message.name = input.name
      message.type.tensorType.elemType = input.type.rawValue
      return message
    }
  }

  /// The model as a file holds it.
  ///
  /// - Throws: ``ModelError`` where it is too large.
  package func bytes() throws(ModelError) -> Data {
    var message = rest
    message.graph.node = nodes.map(\.message)
    message.graph.initializer = initializers.map(\.message)
    do {
      return try message.serializedBytes()
    } catch {
      throw .unsupported(
        model: name,
        reason: "cannot be written: \(error); a model of more than \(Self.maximumBytes) bytes "
          + "needs external data")
    }
  }

  /// The inputs, those that are constants with a value left out.
  package var inputs: [ModelPort] {
    get {
      let constants = Set(initializers.map(\.name))
      return rest.graph.input.map(ModelPort.init).filter { !constants.contains($0.name) }
    }
    set { rest.graph.input = newValue.map(\.message) }
  }

  /// The outputs.
  package var outputs: [ModelPort] {
    get { rest.graph.output.map(ModelPort.init) }
    set { rest.graph.output = newValue.map(\.message) }
  }

  /// Tensors between the nodes of which the model says the type and the shape.
  package var described: [ModelPort] { rest.graph.valueInfo.map(ModelPort.init) }

  /// The version of the standard operator set.
  package var operatorSet: Int {
    get {
      let own = rest.opsetImport.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }
      return Int(own?.version ?? 1)
    }
    set {
      rest.opsetImport.removeAll { $0.domain.isEmpty || $0.domain == "ai.onnx" }
      var own = OnnxOperatorSet()
      own.domain = ""
      own.version = Int64(newValue)
      rest.opsetImport.insert(own, at: 0)
      // The version of the format that came with the operator set; before 4 constants had to be
      // inputs.
      let format: Int64 = newValue > 20 ? 10 : 8
      rest.irVersion = max(rest.irVersion, format)
    }
  }

  /// The files beside the model that hold the values of constants, in order, each once.
  package var externalFiles: [String] {
    Set(initializers.compactMap(\.externalFile)).sorted()
  }
}
