/// What was wrong with the name or the parameters of an estimator.
public enum EstimatorError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No estimator of that name.
  case unknownEstimator(name: String, known: [String])
  /// The estimator has no such parameter.
  case unknownParameter(name: String, estimator: String, known: [String])
  /// The parameter cannot have that value.
  case badValue(parameter: String, estimator: String, value: String, allowed: String)
  /// The same parameter twice.
  case repeatedParameter(name: String, estimator: String)
  /// The text is not of the form `name` or `name[parameter=value,...]`.
  case badSyntax(text: String)

  /// One line: what is wrong and what would be right.
  public var description: String {
    switch self {
    case .unknownEstimator(let name, let known):
      "unknown estimator '\(name)'; expected one of \(known.joined(separator: ", "))"
    case .unknownParameter(let name, let estimator, let known):
      "estimator '\(estimator)' has no parameter '\(name)'; "
        + (known.isEmpty
          ? "it has none" : "expected one of \(known.joined(separator: ", "))")
    case .badValue(let parameter, let estimator, let value, let allowed):
      "\(estimator): \(parameter) cannot be '\(value)'; expected \(allowed)"
    case .repeatedParameter(let name, let estimator):
      "\(estimator): parameter '\(name)' is given twice"
    case .badSyntax(let text):
      "'\(text)' is not an estimator; expected name or name[parameter=value,...]"
    }
  }
}

/// Checked parameter values: every parameter of the descriptor has one.
public struct EstimatorArguments: Hashable, Sendable {
  private let values: [String: ParameterValue]

  /// Fills in defaults and checks what was given.
  ///
  /// - Throws: ``EstimatorError`` for an unknown parameter or a value out of bounds.
  public init(
    _ given: [String: ParameterValue], for descriptor: EstimatorDescriptor
  ) throws(EstimatorError) {
    let known = descriptor.parameters
    for name in given.keys.sorted() where !known.contains(where: { $0.name == name }) {
      throw .unknownParameter(
        name: name, estimator: descriptor.identifier, known: known.map(\.name))
    }
    var values: [String: ParameterValue] = [:]
    for parameter in known {
      let value = given[parameter.name] ?? parameter.defaultValue
      guard parameter.accepts(value) else {
        throw .badValue(
          parameter: parameter.name, estimator: descriptor.identifier, value: value.description,
          allowed: parameter.allowed)
      }
      values[parameter.name] = value
    }
    self.values = values
  }

  /// The value of a parameter; its default where the descriptor does not list it.
  public subscript<Value>(_ parameter: Parameter<Value>) -> Value {
    values[parameter.descriptor.name].flatMap(parameter.read) ?? parameter.defaultValue
  }

  /// The canonical name: `percentile[p=99.99]`, `kl`, `kl[bins=512]`.
  func name(_ descriptor: EstimatorDescriptor) -> String {
    let named = descriptor.parameters.compactMap { parameter -> String? in
      guard let value = values[parameter.name] else { return nil }
      guard parameter.isAlwaysNamed || value != parameter.defaultValue else { return nil }
      return "\(parameter.name)=\(value)"
    }
    return descriptor.identifier + (named.isEmpty ? "" : "[\(named.joined(separator: ","))]")
  }
}
