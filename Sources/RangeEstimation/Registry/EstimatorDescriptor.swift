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
  /// The laws that the rule breaks with its default parameters, often because a library that it
  /// follows does.
  ///
  /// Other parameters may break more: the conformance suite lists those cases.
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

  /// Creates a description; names print parameters in the order given here.
  public init(
    identifier: String, family: Family, summary: String,
    parameters: [any EstimatorParameter] = [],
    cost: String, visitsEveryValue: Bool = false, reference: String,
    breaks: Set<EstimatorLaw> = [], takesAnyLevels: Bool = false,
    picksOptimum: Bool = false, revision: Int = 1
  ) {
    self.identifier = identifier
    self.family = family
    self.summary = summary
    self.parameters = parameters.map(\.descriptor)
    self.cost = cost
    self.visitsEveryValue = visitsEveryValue
    self.reference = reference
    self.breaks = breaks
    self.takesAnyLevels = takesAnyLevels
    self.picksOptimum = picksOptimum
    self.revision = revision
  }
}
