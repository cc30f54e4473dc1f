internal import Foundation
internal import ModelFiles

/// Writes the nodes of a gradient graph: gives them names, keeps constants and shapes so that none is
/// written twice, and knows what is known of shapes before the model runs.
struct GraphWriter {
  /// The type of the numbers: float32, or float64.
  let type: ModelElementType
  /// How messages call the model.
  let model: String
  /// The version of the operator set.
  let operatorSet: Int
  /// What is written so far, in an order in which it can be run.
  private(set) var nodes: [Node] = []
  /// The constants that were needed.
  private(set) var constants: [ModelTensor] = []
  /// The batch normalizations that use the statistics of the batch.
  var statistics: [GradientGraph.Statistic] = []
  /// What names of new nodes begin with: the node whose rule is at work.
  var scope = "gradient"
  private var names: FreshNames
  private var shapes: [String: [Int?]]
  private var integers: [String: [Int]]
  private var numbers: [String: Double]
  private var scalars: [UInt64: String] = [:]
  private var wholeNumbers: [Int: String] = [:]
  private var lists: [[Int]: String] = [:]
  private var shapeNodes: [String: String] = [:]

  init(_ model: Model, type: ModelElementType) {
    (self.model, self.type, operatorSet) = (model.name, type, model.operatorSet)
    names = FreshNames(in: model)
    shapes = [:]
    integers = [:]
    numbers = [:]
    for port in model.inputs + model.outputs + model.described {
      if let shape = port.shape { shapes[port.name] = shape }
    }
    for tensor in model.initializers {
      shapes[tensor.name] = tensor.shape
      if tensor.count == 1 {
        numbers[tensor.name] =
          tensor.floats?.first.map(Double.init) ?? tensor.integers?.first.map(Double.init)
      }
      if tensor.type == .int64 || tensor.type == .int32 { integers[tensor.name] = tensor.integers }
    }
  }

  /// Writes a node with one new output.
  ///
  /// - Parameters:
  ///   - operation: The operator.
  ///   - inputs: What it reads.
  ///   - output: The name of what it makes; nil for a new one.
  ///   - attributes: Sets its attributes.
  /// - Returns: The name of what it makes.
  mutating func add(
    _ operation: String, _ inputs: [String], output: String? = nil,
    _ attributes: (inout Node) -> Void = { _ in }
  ) -> String {
    let name = names("\(scope)/\(operation)")
    var node = Node(operation, name: name, inputs: inputs, outputs: [output ?? name])
    attributes(&node)
    nodes.append(node)
    return node.outputs[0]
  }

  /// Writes a node as it is.
  mutating func keep(_ node: Node) { nodes.append(node) }

  /// A new name.
  mutating func name(_ wanted: String) -> String { names(wanted) }

  /// A constant number of the type of the graph.
  mutating func scalar(_ value: Double) -> String {
    if let known = scalars[value.bitPattern] { return known }
    let name = names("gradient/constant")
    scalars[value.bitPattern] = name
    constants.append(tensor(name, shape: [], [value]))
    return name
  }

  /// A constant whole number without axes.
  mutating func integer(_ value: Int) -> String {
    if let known = wholeNumbers[value] { return known }
    let name = names("gradient/integer")
    wholeNumbers[value] = name
    constants.append(ModelTensor(name: name, type: .int64, shape: [], integers: [value]))
    return name
  }

  /// A constant list of whole numbers, [count].
  mutating func list(_ values: [Int]) -> String {
    if let known = lists[values] { return known }
    let name = names("gradient/list")
    lists[values] = name
    constants.append(
      ModelTensor(name: name, type: .int64, shape: [values.count], integers: values))
    return name
  }

  /// A constant of numbers of the type of the graph.
  mutating func constant(shape: [Int], _ values: [Double]) -> String {
    let name = names("gradient/constant")
    constants.append(tensor(name, shape: shape, values))
    return name
  }

  private func tensor(_ name: String, shape: [Int], _ values: [Double]) -> ModelTensor {
    type == .float64
      ? ModelTensor(
        name: name, type: .float64, shape: shape, bytes: values.withUnsafeBytes { Data($0) })
      : ModelTensor(name: name, shape: shape, values.map(Float.init))
  }

  /// The shape of a tensor as a list, found while the model runs.
  mutating func shape(of tensor: String) -> String {
    if let known = shapeNodes[tensor] { return known }
    let name = add("Shape", [tensor])
    shapeNodes[tensor] = name
    return name
  }

  /// What is known of a shape before the model runs: nil where not even the rank is.
  func knownShape(of tensor: String) -> [Int?]? { shapes[tensor] }

  /// The shape where all of it is known before the model runs.
  func fixedShape(of tensor: String) -> [Int]? {
    guard let shape = shapes[tensor], !shape.contains(nil) else { return nil }
    return shape.compactMap { $0 }
  }

  /// The values of a constant of whole numbers; nil for any other tensor.
  func knownIntegers(_ tensor: String) -> [Int]? { integers[tensor] }

  /// The value of a constant of one number; nil for any other tensor.
  func knownNumber(_ tensor: String) -> Double? { numbers[tensor] }

  /// Notes that a tensor has the shape of another.
  mutating func assume(_ tensor: String, isShapedLike other: String) {
    if shapes[tensor] == nil { shapes[tensor] = shapes[other] }
  }

  /// An error that names a node.
  func fault(_ node: Node, _ reason: String) -> GradientError {
    GradientError(model, "\(node.label) \(reason)")
  }
}
