internal import RangeEstimation
internal import TensorIO

/// Reads the estimators: names, texts such as `percentile[p=99.9]`, and sweeps of parameters.
struct EstimatorEntries {
  let reader: NodeReader
  let registry: EstimatorRegistry
  /// The folder where relative paths of commands start.
  let directory: String

  func read(_ node: ManifestNode) -> [Located<NamedEstimator>] {
    let entries = (reader.list(node, "estimators") ?? []).flatMap(entry)
    return reader.unique(entries, "estimator", \.name)
  }

  private func entry(_ node: ManifestNode) -> [Located<NamedEstimator>] {
    let expected = "a name, or one name with its parameters"
    guard case .mapping = node.content else {
      guard let text = reader.text(node, "estimator", expected: expected) else { return [] }
      return attempt(node.location) { () throws(EstimatorError) in try registry.parse(text) }
    }
    guard let entry = reader.onlyEntry(node, "estimator", expected: expected) else { return [] }
    guard entry.key != "external" else { return external(entry.value) }
    return sweep(entry)
  }

  /// `{name: tukey, command: [python3, tukey.py], timeout: 10}`.
  private func external(_ node: ManifestNode) -> [Located<NamedEstimator>] {
    let keys = ["name", "command", "timeout"]
    let before = reader.log.count
    guard let fields = reader.fields(node, "external", known: keys) else { return [] }
    for key in keys.dropLast() where fields[key] == nil {
      reader.log.report(node.location, "external has no '\(key)'", expected: "the key '\(key)'")
    }
    let name = fields["name"].flatMap { reader.text($0.value, "external: name") }
    let words = fields["command"].flatMap { reader.list($0.value, "external: command") }?.compactMap
    {
      reader.text($0, "external: command", expected: "a program and its arguments")
    }
    let timeout = fields["timeout"].flatMap { reader.number($0.value, "external: timeout") }
    guard reader.log.count == before, let name, let words else { return [] }
    do throws(ExternalRuleFault) {
      let rule = try ExternalRule.named(
        name, command: words, in: directory, timeout: timeout ?? ExternalRule.usualTimeout,
        besides: registry)
      return [Located(value: rule, location: fields["name"]?.value.location ?? node.location)]
    } catch {
      reader.log.report(fields[error.key]?.value.location ?? node.location, "\(error)")
      return []
    }
  }

  /// All combinations of the parameters' values.
  ///
  /// Every value is first checked by itself, so that all wrong ones are reported, each once and at
  /// its location.
  private func sweep(_ entry: ManifestNode.Entry) -> [Located<NamedEstimator>] {
    let descriptor: EstimatorDescriptor
    do throws(EstimatorError) {
      descriptor = try registry.descriptor(of: entry.key)
    } catch {
      report(error, at: entry.keyLocation)
      return []
    }
    if entry.value.isNull { return make(entry.key, [:], entry.keyLocation) }
    guard case .mapping(let parameters) = entry.value.content else {
      reader.mismatch(entry.value, entry.key, expected: "a mapping of parameters to values")
      return []
    }
    let before = reader.log.count
    let dimensions = parameters.map { values(of: $0, descriptor) }
    guard reader.log.count == before else { return [] }
    guard let combinations = Sweep.combinations(dimensions) else {
      reader.log.report(
        entry.keyLocation, "\(entry.key) has too many combinations of values",
        expected: "at most \(Sweep.maximumCount)")
      return []
    }
    return combinations.flatMap { values in
      let given = zip(parameters, values).map { ($0.key, $1.value) }
      return make(
        entry.key, Dictionary(given, uniquingKeysWith: { first, _ in first }),
        values.last?.location ?? entry.keyLocation)
    }
  }

  private func values(
    of parameter: ManifestNode.Entry, _ descriptor: EstimatorDescriptor
  ) -> [Located<ParameterValue>] {
    guard let known = descriptor.parameters.first(where: { $0.name == parameter.key }) else {
      report(
        .unknownParameter(
          name: parameter.key, estimator: descriptor.identifier,
          known: descriptor.parameters.map(\.name)),
        at: parameter.keyLocation)
      return []
    }
    let values = (reader.oneOrMore(parameter.value, parameter.key) ?? []).compactMap { node in
      value(node, known, descriptor).map { Located(value: $0, location: node.location) }
    }
    return reader.unique(values, "\(descriptor.identifier): \(known.name)") { "\($0)" }
  }

  private func value(
    _ node: ManifestNode, _ parameter: ParameterDescriptor, _ descriptor: EstimatorDescriptor
  ) -> ParameterValue? {
    let value: ParameterValue
    if case .choice = parameter.domain, let word = node.scalar {
      value = .word(word)
    } else if let number = node.plainScalar.flatMap(decimalNumber) {
      value = .number(number)
    } else {
      reader.mismatch(
        node, "\(descriptor.identifier): \(parameter.name)", expected: parameter.allowed)
      return nil
    }
    let alone = make(descriptor.identifier, [parameter.name: value], node.location)
    return alone.isEmpty ? nil : value
  }

  private func make(
    _ identifier: String, _ given: [String: ParameterValue], _ location: ManifestLocation
  ) -> [Located<NamedEstimator>] {
    attempt(location) { () throws(EstimatorError) in try registry.make(identifier, given) }
  }

  private func attempt(
    _ location: ManifestLocation, _ make: () throws(EstimatorError) -> NamedEstimator
  ) -> [Located<NamedEstimator>] {
    do throws(EstimatorError) {
      return [Located(value: try make(), location: location)]
    } catch {
      report(error, at: location)
      return []
    }
  }

  private func report(_ error: EstimatorError, at location: ManifestLocation) {
    switch error {
    case .unknownEstimator(let name, let known), .unknownParameter(let name, _, let known):
      reader.log.report(location, "\(error)", word: name, known: known)
    case .badValue, .repeatedParameter, .badSyntax:
      reader.log.report(location, "\(error)")
    }
  }
}
