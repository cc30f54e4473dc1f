import _TestSupport

/// A static quantized model that is put together operator by operator.
struct QuantizedSketch {
  private var operations: [ModelSketch.Operation] = []
  private var constants: [ModelSketch.Constant] = []
  private let input: ModelSketch.Port

  init(_ shape: [Int?]) { input = .init("x", shape) }

  /// QuantizeLinear and DequantizeLinear behind a tensor: `NAME_dq`.
  @discardableResult
  mutating func quantize(
    _ tensor: String, _ scale: Float, _ zeroPoint: Int, isSigned: Bool = false, type: Int? = nil
  ) -> String {
    let type = type ?? (isSigned ? 3 : 2)
    let bytes = type == 4 ? 2 : 1
    constants += [
      .init("\(tensor)_s", [], [scale]),
      .init("\(tensor)_z", type: type, shape: [], raw: TensorBytes.little(zeroPoint, bytes)),
    ]
    let parameters = ["\(tensor)_s", "\(tensor)_z"]
    operations += [
      .init("QuantizeLinear", [tensor] + parameters, ["\(tensor)_q"]),
      .init("DequantizeLinear", ["\(tensor)_q"] + parameters, ["\(tensor)_dq"]),
    ]
    return "\(tensor)_dq"
  }

  /// Codes of a weight, symmetric by tensor, or by channel along an axis.
  mutating func weight(
    _ name: String, _ shape: [Int], _ codes: [Int], _ scales: [Float], axis: Int = 0
  ) -> String {
    constants += [
      .init(
        "\(name)_q", type: 3, shape: shape, raw: codes.map { UInt8(truncatingIfNeeded: $0) }),
      .init("\(name)_s", scales.count == 1 ? [] : [scales.count], scales),
    ]
    operations.append(
      .init(
        "DequantizeLinear", ["\(name)_q", "\(name)_s"], ["\(name)_dq"], ["axis": .int(axis)]))
    return "\(name)_dq"
  }

  /// Codes of a bias of 32 bits.
  mutating func bias(_ name: String, _ codes: [Int], _ scale: Float) -> String {
    constants += [
      .init(
        "\(name)_q", type: 6, shape: [codes.count],
        raw: codes.flatMap { TensorBytes.little($0, 4) }),
      .init("\(name)_s", [], [scale]),
    ]
    operations.append(.init("DequantizeLinear", ["\(name)_q", "\(name)_s"], ["\(name)_dq"]))
    return "\(name)_dq"
  }

  /// Any other operator.
  mutating func add(
    _ operation: String, _ inputs: [String], _ output: String,
    _ attributes: KeyValuePairs<String, ModelSketch.Value> = [:]
  ) {
    operations.append(.init(operation, inputs, [output], attributes, name: output))
  }

  /// A constant of Floats or whole numbers.
  mutating func add(_ constant: ModelSketch.Constant) { constants.append(constant) }

  /// The model with an output.
  func sketch(_ output: String) -> ModelSketch {
    ModelSketch(
      inputs: [input], outputs: [.init(output, nil)], operations, constants: constants)
  }
}
