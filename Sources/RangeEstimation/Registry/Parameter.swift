/// A parameter of an estimator, whose values have a type.
///
/// A rule has one as a constant, lists it in its descriptor, and reads it from its arguments by it, so that
/// neither its name nor its type is written twice:
/// ```swift
/// static let power = Parameter<Double>("p", in: 1...8, default: 2.4, meaning: "power of the error")
/// static let descriptor = EstimatorDescriptor(..., parameters: [Self.power], ...)
/// init(_ arguments: EstimatorArguments) { power = arguments[Self.power] }
/// ```
/// Numbers have an interval, and words are the cases of an enumeration.
public struct Parameter<Value: Sendable>: EstimatorParameter {
  /// What lists and messages say of it.
  public let descriptor: ParameterDescriptor
  let defaultValue: Value
  /// The value that a checked number or word stands for.
  let read: @Sendable (ParameterValue) -> Value?
}

/// A parameter of any type, as descriptors list them.
public protocol EstimatorParameter: Sendable {
  /// What lists and messages say of it.
  var descriptor: ParameterDescriptor { get }
}

extension Parameter<Double> {
  /// Creates a parameter that is a real number.
  ///
  /// - Parameters:
  ///   - name: The name, as manifests and command lines write it.
  ///   - range: What it may be.
  ///   - value: The value it has when it is not given.
  ///   - meaning: What it does, in a few words.
  ///   - isAlwaysNamed: Whether an estimator's name shows the value even when it is the default.
  public init(
    _ name: String, in range: ClosedRange<Double>, default value: Double, meaning: String,
    isAlwaysNamed: Bool = false
  ) {
    descriptor = ParameterDescriptor(
      name, .number(range), default: .number(value), meaning: meaning,
      isAlwaysNamed: isAlwaysNamed)
    defaultValue = value
    read = \.number
  }
}

extension Parameter<Int> {
  /// Creates a parameter that is a whole number.
  ///
  /// - Parameters:
  ///   - name: The name, as manifests and command lines write it.
  ///   - range: What it may be.
  ///   - value: The value it has when it is not given.
  ///   - meaning: What it does, in a few words.
  ///   - isAlwaysNamed: Whether an estimator's name shows the value even when it is the default.
  public init(
    _ name: String, in range: ClosedRange<Int>, default value: Int, meaning: String,
    isAlwaysNamed: Bool = false
  ) {
    descriptor = ParameterDescriptor(
      name, .integer(range), default: .number(Double(value)), meaning: meaning,
      isAlwaysNamed: isAlwaysNamed)
    defaultValue = value
    read = { $0.number.flatMap { Int(exactly: $0) } }
  }
}

extension Parameter where Value: CaseIterable & RawRepresentable<String> {
  /// Creates a parameter that is one of the words of an enumeration.
  ///
  /// - Parameters:
  ///   - name: The name, as manifests and command lines write it.
  ///   - value: The value it has when it is not given.
  ///   - meaning: What it does, in a few words.
  ///   - isAlwaysNamed: Whether an estimator's name shows the value even when it is the default.
  public init(
    _ name: String, default value: Value, meaning: String, isAlwaysNamed: Bool = false
  ) {
    descriptor = ParameterDescriptor(
      name, .choice(Value.allCases.map(\.rawValue)), default: .word(value.rawValue),
      meaning: meaning, isAlwaysNamed: isAlwaysNamed)
    defaultValue = value
    read = { $0.word.flatMap(Value.init(rawValue:)) }
  }
}
