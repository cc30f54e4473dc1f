package import Foundation

/// An ONNX model that is written byte by byte, independent of the code under test.
package struct ModelSketch: Sendable {
  /// An input or an output: its name, the number of its element type, and its axes, nil for one that
  /// may vary.
  package struct Port: Sendable {
    let name: String
    let type: Int
    let shape: [Int?]?

    /// A port of Floats, unless another type is given.
    package init(_ name: String, _ shape: [Int?]?, type: Int = 1) {
      (self.name, self.type, self.shape) = (name, type, shape)
    }
  }

  /// A constant: its values lie as raw bytes.
  package struct Constant: Sendable {
    let name: String
    let type: Int
    let shape: [Int]
    let payload: [UInt8]

    /// A constant of raw bytes.
    package init(_ name: String, type: Int, shape: [Int], raw: [UInt8]) {
      (self.name, self.type, self.shape) = (name, type, shape)
      payload = Wire.field(9, raw)
    }

    /// A constant whose values, or whose place, are in other fields of the message.
    package init(_ name: String, type: Int, shape: [Int], fields: [UInt8]) {
      (self.name, self.type, self.shape, payload) = (name, type, shape, fields)
    }

    /// A constant of Floats.
    package init(_ name: String, _ shape: [Int], _ values: [Float]) {
      self.init(name, type: 1, shape: shape, raw: TensorBytes.data(values))
    }

    /// A constant of whole numbers of 64 bits.
    package init(_ name: String, _ shape: [Int], integers: [Int]) {
      self.init(name, type: 7, shape: shape, raw: integers.flatMap { TensorBytes.little($0, 8) })
    }

    /// Its name.
    package var title: String { name }
    /// The length of each axis.
    package var axes: [Int] { shape }

    var bytes: [UInt8] {
      shape.flatMap { Wire.number(1, $0) } + Wire.number(2, type) + Wire.text(8, name) + payload
    }
  }

  /// What an attribute holds.
  package enum Value: Sendable {
    case float(Float)
    case int(Int)
    case text(String)
    case tensor(Constant)
    case graph(ModelSketch)
    case floats([Float])
    case ints([Int])
  }

  /// An operation.
  package struct Operation: Sendable {
    let operation: String
    /// What it reads.
    package var inputs: [String]
    let outputs: [String]
    let attributes: [(name: String, value: Value)]
    let name: String
    let domain: String

    /// An operation with a name, which may be empty.
    package init(
      _ operation: String, _ inputs: [String], _ outputs: [String],
      _ attributes: KeyValuePairs<String, Value> = [:], name: String = "", domain: String = ""
    ) {
      self.init(
        operation, inputs, outputs, pairs: attributes.map { ($0.key, $0.value) }, name: name,
        domain: domain)
    }

    /// An operation whose attributes are put together elsewhere.
    package init(
      _ operation: String, _ inputs: [String], _ outputs: [String],
      pairs attributes: [(name: String, value: Value)], name: String = "", domain: String = ""
    ) {
      (self.operation, self.inputs, self.outputs) = (operation, inputs, outputs)
      (self.attributes, self.name, self.domain) = (attributes, name, domain)
    }
  }

  package var operatorSet: Int
  package var inputs: [Port]
  package var outputs: [Port]
  package var operations: [Operation]
  package var constants: [Constant]
  /// Fields at the end of the graph, and of the model.
  package var graphRest: [UInt8] = []
  package var rest: [UInt8] = []

  /// A model.
  package init(
    operatorSet: Int = 13, inputs: [Port], outputs: [Port], _ operations: [Operation],
    constants: [Constant] = []
  ) {
    (self.operatorSet, self.inputs, self.outputs) = (operatorSet, inputs, outputs)
    (self.operations, self.constants) = (operations, constants)
  }

  /// The bytes of a file.
  package var bytes: Data {
    Data(
      Wire.number(1, 7) + Wire.field(7, graph) + Wire.field(8, Wire.number(2, operatorSet)) + rest)
  }

  private var graph: [UInt8] {
    operations.flatMap { Wire.field(1, $0.bytes) } + Wire.text(2, "sketch")
      + constants.flatMap { Wire.field(5, $0.bytes) } + inputs.flatMap { Wire.field(11, $0.bytes) }
      + outputs.flatMap { Wire.field(12, $0.bytes) } + graphRest
  }

  /// The graph alone, as attributes hold it.
  var subgraph: [UInt8] { graph }
}

extension ModelSketch.Port {
  var bytes: [UInt8] {
    let axes = shape.map { shape in
      Wire.field(
        2,
        shape.flatMap { axis in
          Wire.field(1, axis.map { Wire.number(1, $0) } ?? Wire.text(2, "n"))
        })
    }
    return Wire.text(1, name) + Wire.field(2, Wire.field(1, Wire.number(1, type) + (axes ?? [])))
  }
}

extension ModelSketch.Operation {
  var bytes: [UInt8] {
    inputs.flatMap { Wire.text(1, $0) } + outputs.flatMap { Wire.text(2, $0) }
      + (name.isEmpty ? [] : Wire.text(3, name)) + Wire.text(4, operation)
      + attributes.flatMap { Wire.field(5, Self.attribute($0.name, $0.value)) }
      + (domain.isEmpty ? [] : Wire.text(7, domain))
  }

  private static func attribute(_ name: String, _ value: ModelSketch.Value) -> [UInt8] {
    let (payload, type): ([UInt8], Int) =
      switch value {
      case .float(let value): (Wire.float(2, value), 1)
      case .int(let value): (Wire.number(3, value), 2)
      case .text(let value): (Wire.text(4, value), 3)
      case .tensor(let value): (Wire.field(5, value.bytes), 4)
      case .graph(let value): (Wire.field(6, value.subgraph), 5)
      case .floats(let values): (values.flatMap { Wire.float(7, $0) }, 6)
      case .ints(let values): (values.flatMap { Wire.number(8, $0) }, 7)
      }
    return Wire.text(1, name) + payload + Wire.number(20, type)
  }
}

/// The wire format of protocol buffers, as far as models need it.
package enum Wire {
  /// A field of bytes.
  package static func field(_ number: Int, _ payload: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(payload.count) + payload
  }

  /// A field of a text.
  package static func text(_ number: Int, _ text: String) -> [UInt8] {
    field(number, Array(text.utf8))
  }

  /// A field of a whole number.
  package static func number(_ number: Int, _ value: Int) -> [UInt8] {
    varint(number << 3) + varint(value)
  }

  /// A field of a Float.
  package static func float(_ number: Int, _ value: Float) -> [UInt8] {
    varint(number << 3 | 5) + TensorBytes.data([value])
  }

  /// A whole number in groups of seven bits; a negative one takes ten bytes.
  package static func varint(_ value: Int) -> [UInt8] {
    var rest = UInt64(bitPattern: Int64(value))
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
