/// What lists and messages say of a parameter: its name, its default and what it may be.
public struct ParameterDescriptor: Hashable, Sendable {
  /// The values a parameter may have.
  public enum Domain: Hashable, Sendable {
    /// A real number in an interval.
    case number(ClosedRange<Double>)
    /// A whole number in an interval.
    case integer(ClosedRange<Int>)
    /// One of several words.
    case choice([String])
  }

  /// The name, as manifests and command lines write it.
  public let name: String
  /// What it may be.
  public let domain: Domain
  /// The value it has when it is not given.
  public let defaultValue: ParameterValue
  /// What it does, in a few words.
  public let meaning: String
  /// Whether an estimator's name shows the value even when it is the default.
  public let isAlwaysNamed: Bool

  init(
    _ name: String, _ domain: Domain, default defaultValue: ParameterValue, meaning: String,
    isAlwaysNamed: Bool
  ) {
    self.name = name
    self.domain = domain
    self.defaultValue = defaultValue
    self.meaning = meaning
    self.isAlwaysNamed = isAlwaysNamed
  }

  /// What may be given, as an error message says it.
  public var allowed: String {
    switch domain {
    case .number(let range):
      "a number from \(ParameterValue.number(range.lowerBound)) "
        + "to \(ParameterValue.number(range.upperBound))"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .choice(let words): words.joined(separator: " or ")
    }
  }

  func accepts(_ value: ParameterValue) -> Bool {
    switch (domain, value) {
    case (.number(let range), .number(let number)): range.contains(number)
    case (.integer(let range), .number(let number)):
      Int(exactly: number).map(range.contains) ?? false
    case (.choice(let words), .word(let word)): words.contains(word)
    default: false
    }
  }
}

/// The value of a parameter: a number or a word.
public enum ParameterValue: Hashable, Sendable, CustomStringConvertible {
  /// A number.
  case number(Double)
  /// One of the words a parameter allows.
  case word(String)

  /// Reads a number if it is one, a word otherwise.
  public init(_ text: String) {
    self = Double(text).map { .number($0) } ?? .word(text)
  }

  var number: Double? { if case .number(let number) = self { number } else { nil } }
  var word: String? { if case .word(let word) = self { word } else { nil } }

  /// The shortest text that reads back to the same value.
  public var description: String {
    switch self {
    case .word(let word): word
    case .number(let number): Int(exactly: number).map(String.init) ?? String(number)
    }
  }
}
