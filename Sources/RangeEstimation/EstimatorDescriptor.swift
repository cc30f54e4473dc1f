/// A named parameter of an estimator: its default and what it may be.
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

  /// Creates a description.
  public init(
    _ name: String, _ domain: Domain, default defaultValue: ParameterValue, meaning: String,
    isAlwaysNamed: Bool = false
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

  /// The shortest text that reads back to the same value.
  public var description: String {
    switch self {
    case .word(let word): word
    case .number(let number): Int(exactly: number).map(String.init) ?? String(number)
    }
  }
}

/// What may be expected of an estimator unless its descriptor says otherwise.
///
/// The conformance suite checks that every law holds, or is broken, as declared.
public enum EstimatorLaw: String, Sendable, CaseIterable {
  /// Neither the split into batches nor their order shows.
  case batching
  /// The order of values within a batch does not show.
  case permutation
  /// Data times 2^k have the scale times 2^k and the same zero point.
  case scaling
  /// On a grid with as many codes on either side, the sign of the data does not matter.
  case sign
  /// Zeros only are degenerate: scale 1, zero where it rests.
  case zeros
  /// An answer for every grid and bit width.
  case everyGrid
}

/// What a reader needs to know of an estimator before using it.
public struct EstimatorDescriptor: Sendable {
  /// How the rule comes to its range.
  public enum Family: String, Sendable, CaseIterable {
    /// Directly from a few numbers that describe the data.
    case statistics
    /// By trying ranges and measuring an error.
    case search
    /// By comparing distributions.
    case distribution
  }

  /// The name: kebab-case, stable, part of every result.
  public let identifier: String
  /// How it works.
  public let family: Family
  /// One sentence: what it picks.
  public let summary: String
  /// Its parameters, in the order names print them.
  public let parameters: [ParameterDescriptor]
  /// The time it takes for n values, apart from the shared statistic.
  public let cost: String
  /// Whether each decision goes over all values again, where others ask a summary of them.
  public let visitsEveryValue: Bool
  /// Where the rule comes from.
  public let reference: String
  /// The laws the rule breaks, often because a library it follows does.
  public let breaks: Set<EstimatorLaw>
  /// Whether the rule has a meaning where levels are not evenly spaced.
  ///
  /// It does where it picks the range of the outermost levels, or measures errors. Other rules are
  /// refused such formats.
  public let takesAnyLevels: Bool
  /// Whether the rule picks the certified optimum where there is one: its quantizers are those of
  /// the oracle then, found once for the rule and for every regret.
  public let picksOptimum: Bool
  /// The revision of the answers: raised whenever one changes, so that kept results of the rule are
  /// computed again.
  public let revision: Int

  /// Creates a description.
  public init(
    identifier: String, family: Family, summary: String, parameters: [ParameterDescriptor] = [],
    cost: String, visitsEveryValue: Bool = false, reference: String,
    breaks: Set<EstimatorLaw> = [], takesAnyLevels: Bool = false,
    picksOptimum: Bool = false, revision: Int = 1
  ) {
    self.identifier = identifier
    self.family = family
    self.summary = summary
    self.parameters = parameters
    self.cost = cost
    self.visitsEveryValue = visitsEveryValue
    self.reference = reference
    self.breaks = breaks
    self.takesAnyLevels = takesAnyLevels
    self.picksOptimum = picksOptimum
    self.revision = revision
  }
}
