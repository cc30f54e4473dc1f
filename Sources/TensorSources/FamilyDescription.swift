/// What there is to know about a family before one makes a tensor of it.
public struct FamilyDescription: Sendable {
  /// One parameter of a family.
  public struct Parameter: Hashable, Sendable {
    /// The name of the parameter in manifests and tensor names.
    public let name: String

    /// The value taken when none is given.
    public let defaultValue: Double

    /// The values allowed.
    public let bounds: ClosedRange<Double>

    /// What the parameter does.
    public let meaning: String
  }

  /// The name of the family in manifests and tensor names.
  public let identifier: String

  /// How an element comes about; `z` is standard normal.
  public let formula: String

  /// What the unit of scale is, and what the family is good for.
  public let notes: String

  /// The parameters, in the order in which names list them.
  public let parameters: [Parameter]

  /// Makes the family from one value for each parameter, in order.
  let build: @Sendable ([Double]) -> SyntheticTensor.Family

  /// Makes the family from values by name, filling in the defaults.
  func family(
    parameters given: [String: Double]
  ) throws(SyntheticTensorError) -> SyntheticTensor.Family {
    let known = parameters.map(\.name)
    // Sorted, so that of several unknown names it is always the same one that is reported.
    if let unknown = given.keys.sorted().first(where: { !known.contains($0) }) {
      throw SyntheticTensorError(
        field: "parameter of \(identifier)", value: "\"\(unknown)\"",
        allowed: known.isEmpty ? "absent" : "one of " + known.joined(separator: ", "))
    }
    let family = build(parameters.map { given[$0.name] ?? $0.defaultValue })
    try validate(family)
    return family
  }

  /// Throws when a parameter is out of bounds.
  func validate(_ family: SyntheticTensor.Family) throws(SyntheticTensorError) {
    for (parameter, value) in zip(parameters, family.parameterValues)
    where !parameter.bounds.contains(value) {
      let lower = CanonicalNumber.text(parameter.bounds.lowerBound)
      let upper = CanonicalNumber.text(parameter.bounds.upperBound)
      throw SyntheticTensorError(
        field: "\(identifier).\(parameter.name)", value: CanonicalNumber.text(value),
        allowed: "in \(lower)...\(upper)")
    }
  }
}
