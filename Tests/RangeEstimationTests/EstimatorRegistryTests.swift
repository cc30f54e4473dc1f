import RangeEstimation
import Testing

private let identifiers = EstimatorRegistry.builtIn.descriptors.map(\.identifier)
  .joined(separator: ", ")

@Suite struct EstimatorRegistryTests {
  private let registry = EstimatorRegistry.builtIn

  @Test(
    "a canonical name parses to itself",
    arguments: [
      "minmax", "mse", "kl", "cross-entropy", "percentile[p=99.99]", "percentile[p=99]",
      "percentile[p=50.5]", "kl[bins=512]", "kl[objective=cross-entropy]",
      "kl[bins=16,objective=cross-entropy]",
    ])
  func canonicalNames(text: String) throws {
    #expect(try registry.parse(text).name == text)
  }

  @Test("names print parameters in order, leave out defaults and shorten numbers")
  func canonicalization() throws {
    func name(_ text: String) throws -> String { try registry.parse(text).name }
    #expect(try name("percentile") == "percentile[p=99.99]")
    #expect(try name("percentile[p=99.990]") == "percentile[p=99.99]")
    #expect(try name("percentile[p=1e2]") == "percentile[p=100]")
    #expect(try name("kl[bins=2048]") == "kl")
    #expect(
      try name("kl[objective=cross-entropy,bins=64.0]") == "kl[bins=64,objective=cross-entropy]")
  }

  @Test("parameters reach the estimator")
  func parameters() throws {
    let estimator = try registry.parse("percentile[p=97.5]").estimator
    #expect((estimator as? PercentileEstimator)?.percentile == 97.5)
  }

  private enum Shape: String, CaseIterable { case round, square = "four-sided" }

  @Test(
    "a parameter is read by its declaration and has its type; one that is not listed, its default")
  func typedParameters() throws {
    let share = Parameter<Double>("share", in: 0...1, default: 0.5, meaning: "")
    let count = Parameter<Int>("count", in: 1...9, default: 3, meaning: "", isAlwaysNamed: true)
    let shape = Parameter("shape", default: Shape.round, meaning: "")
    let descriptor = EstimatorDescriptor(
      identifier: "x", family: .search, summary: "", parameters: [share, count, shape], cost: "",
      reference: "")
    #expect(
      descriptor.parameters.map(\.allowed)
        == ["a number from 0 to 1", "a whole number from 1 to 9", "round or four-sided"])
    #expect(descriptor.parameters.map { "\($0.defaultValue)" } == ["0.5", "3", "round"])
    let arguments = try EstimatorArguments(
      ["share": .number(0.25), "shape": .word("four-sided")], for: descriptor)
    #expect(arguments[share] == 0.25)
    #expect(arguments[count] == 3)
    #expect(arguments[shape] == .square)
    #expect(arguments[Parameter<Int>("depth", in: 1...9, default: 7, meaning: "")] == 7)
    #expect(throws: EstimatorError.self) {
      try EstimatorArguments(["shape": .word("square")], for: descriptor)
    }
  }

  @Test(
    "what cannot be read says what is wrong and what would be right",
    arguments: [
      (
        "min-max",
        "unknown estimator 'min-max'; expected one of \(identifiers)"
      ),
      (
        "",
        "unknown estimator ''; expected one of \(identifiers)"
      ),
      ("minmax[p=1]", "estimator 'minmax' has no parameter 'p'; it has none"),
      (
        "kl[bin=64]", "estimator 'kl' has no parameter 'bin'; expected one of bins, objective"
      ),
      (
        "percentile[p=101]",
        "percentile: p cannot be '101'; expected a number from 50 to 100"
      ),
      (
        "percentile[p=high]",
        "percentile: p cannot be 'high'; expected a number from 50 to 100"
      ),
      (
        "percentile[p=nan]",
        "percentile: p cannot be 'nan'; expected a number from 50 to 100"
      ),
      ("kl[bins=64.5]", "kl: bins cannot be '64.5'; expected a whole number from 16 to 65536"),
      ("kl[bins=8]", "kl: bins cannot be '8'; expected a whole number from 16 to 65536"),
      ("kl[objective=js]", "kl: objective cannot be 'js'; expected kl or cross-entropy"),
      ("kl[bins=64,bins=64]", "kl: parameter 'bins' is given twice"),
      (
        "kl[bins=64", "'kl[bins=64' is not an estimator; expected name or name[parameter=value,...]"
      ),
      ("kl[]", "'kl[]' is not an estimator; expected name or name[parameter=value,...]"),
      ("kl[bins]", "'kl[bins]' is not an estimator; expected name or name[parameter=value,...]"),
      (
        "kl[bins=1=2]",
        "'kl[bins=1=2]' is not an estimator; expected name or name[parameter=value,...]"
      ),
      (
        "kl[=64]", "'kl[=64]' is not an estimator; expected name or name[parameter=value,...]"
      ),
      (
        "kl[bins=64,]",
        "'kl[bins=64,]' is not an estimator; expected name or name[parameter=value,...]"
      ),
    ])
  func errors(text: String, message: String) {
    let error = #expect(throws: EstimatorError.self) { try registry.parse(text) }
    #expect(error?.description == message)
  }

  @Test("errors of estimation are one line")
  func estimationErrors() {
    #expect(EstimationError.notDefined(reason: "17 bits").description == "not defined for 17 bits")
    #expect(EstimationError.numerical("no root").description == "no root")
  }

  @Test(
    "every descriptor can be read: unique kebab-case names, a summary, defaults that are allowed")
  func descriptors() throws {
    let identifiers = registry.descriptors.map(\.identifier)
    #expect(Set(identifiers).count == identifiers.count)
    for descriptor in registry.descriptors {
      let isKebab = descriptor.identifier.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }
      #expect(isKebab && !descriptor.summary.isEmpty && !descriptor.reference.isEmpty)
      #expect(try registry.make(descriptor.identifier).name.hasPrefix(descriptor.identifier))
      #expect(try registry.descriptor(of: descriptor.identifier).cost == descriptor.cost)
    }
  }
}
