/// An estimator with its canonical name.
public struct NamedEstimator: Sendable {
  /// The canonical name, such as `percentile[p=99.99]`: the key in every result.
  public let name: String
  /// What its answers depend on besides: the revision of the rule.
  ///
  /// Kept results of another identity are computed again.
  package let identity: String
  /// The rule.
  public let estimator: any RangeRule

  package init(name: String, identity: String, estimator: any RangeRule) {
    (self.name, self.identity, self.estimator) = (name, identity, estimator)
  }
}

/// The estimators that are known by name.
///
/// Passed as a value: nothing reads a global.
public struct EstimatorRegistry: Sendable {
  private let types: [String: any RangeEstimator.Type]
  /// The descriptors, in the order of registration.
  public let descriptors: [EstimatorDescriptor]

  /// Creates a registry.
  ///
  /// Two types with one identifier are a programmer's error.
  public init(_ types: [any RangeEstimator.Type]) {
    self.descriptors = types.map { $0.descriptor }
    self.types = Dictionary(
      types.map { ($0.descriptor.identifier, $0) },
      uniquingKeysWith: { preconditionFailure("\($0) and \($1) share an identifier") })
  }

  /// A registry with more types.
  public func adding(_ more: [any RangeEstimator.Type]) -> EstimatorRegistry {
    EstimatorRegistry(
      descriptors.compactMap { types[$0.identifier] } + more)
  }

  /// The descriptor of an identifier.
  ///
  /// - Throws: ``EstimatorError/unknownEstimator(name:known:)``.
  public func descriptor(of identifier: String) throws(EstimatorError) -> EstimatorDescriptor {
    guard let type = types[identifier] else {
      throw .unknownEstimator(name: identifier, known: descriptors.map(\.identifier))
    }
    return type.descriptor
  }

  /// Makes an estimator from an identifier and parameters.
  public func make(
    _ identifier: String, _ given: [String: ParameterValue] = [:]
  ) throws(EstimatorError) -> NamedEstimator {
    let descriptor = try descriptor(of: identifier)
    let arguments = try EstimatorArguments(given, for: descriptor)
    guard let type = types[identifier] else { preconditionFailure("described but not registered") }
    return NamedEstimator(
      name: arguments.name(descriptor), identity: "\(descriptor.revision)",
      estimator: type.init(arguments))
  }

  /// Makes an estimator from its text: `minmax` or `percentile[p=99.99]`.
  public func parse(_ text: String) throws(EstimatorError) -> NamedEstimator {
    guard let bracket = text.firstIndex(of: "[") else { return try make(text) }
    guard text.hasSuffix("]") else { throw .badSyntax(text: text) }
    let identifier = String(text[..<bracket])
    let inside = text[text.index(after: bracket)...].dropLast()
    var given: [String: ParameterValue] = [:]
    for pair in inside.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = pair.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw .badSyntax(text: text)
      }
      let name = String(parts[0])
      guard given.updateValue(ParameterValue(String(parts[1])), forKey: name) == nil else {
        throw .repeatedParameter(name: name, estimator: identifier)
      }
    }
    return try make(identifier, given)
  }
}
