import _TestSupport
import QuantizationCore
import RangeEstimation
import Testing

/// The conformance suite, over every estimator that is built in and one that a test adds.
@Suite struct ConformanceTests {
  private static let registry = EstimatorRegistry.builtIn.adding([HalfRangeEstimator.self])
  private static let estimators = Conformance.all(registry)

  @Test("the suite runs over everything that is registered")
  func coverage() {
    let names = Self.estimators.map(\.named.name)
    let known = EstimatorRegistry.builtIn.descriptors.map(\.identifier)
    #expect(
      Set(names.map { $0.prefix { $0 != "[" } }) == Set(known.map { $0[...] } + ["half-range"]))
    #expect(Set(names).count == names.count)
    // Words that a parameter may be are estimators of their own.
    #expect(names.contains("aciq[distribution=gaussian]"))
    #expect(names.contains("aciq[distribution=laplace]"))
    #expect(ConformanceData.samples.count == 4)
  }

  @Test("answers are pure and on the grid", arguments: estimators)
  func purity(estimator: Conformance) { #expect(estimator.purityViolations() == []) }

  @Test("neither batches nor the order of merges show", arguments: estimators)
  func merging(estimator: Conformance) {
    expect(estimator, .batching, estimator.mergingViolations())
  }

  @Test("the order of values does not show", arguments: estimators)
  func permutation(estimator: Conformance) {
    expect(estimator, .permutation, estimator.permutationViolations())
  }

  @Test("the scale follows the data", arguments: estimators.filter { !$0.readsRows })
  func scaling(estimator: Conformance) {
    expect(estimator, .scaling, estimator.scalingViolations())
  }

  @Test("the narrow grid does not see the sign", arguments: estimators.filter { !$0.readsRows })
  func sign(estimator: Conformance) { expect(estimator, .sign, estimator.signViolations()) }

  @Test("zeros are degenerate", arguments: estimators)
  func zeros(estimator: Conformance) { expect(estimator, .zeros, estimator.zerosViolations()) }

  @Test("there is an answer for every grid and bit width", arguments: estimators)
  func everyGrid(estimator: Conformance) {
    let refused = grids(bits: [2, 4, 8, 11, 16]).filter {
      if case .failure = estimator.answer([1, -2, 3, 0.5], on: $0) { true } else { false }
    }
    expect(estimator, .everyGrid, Set(refused.map { "\($0.family) \($0.bits)" }))
  }

  /// The laws that an estimator breaks with one word and keeps with the default word of that
  /// parameter.
  ///
  /// `EstimatorDescriptor.breaks` lists the laws that an estimator breaks with its default
  /// parameters. Some parameters are words, such as `levels=grid`, and the suite also runs every
  /// estimator with each of them. Three words break one law more: a descriptor has no place to say
  /// so, because it does not know which word is in use.
  private static let alsoBrokenWithWord: [String: EstimatorLaw] = [
    "torch-histogram[levels=grid]": .batching,
    "nvidia-mse[histogram=numpy]": .zeros,
    "ncnn-kl[sign=positive]": .sign,
  ]

  @Test("a law that a word breaks is kept with the defaults, and the suite runs with that word")
  func wordsThatBreakLaws() {
    for (name, law) in Self.alsoBrokenWithWord {
      let estimator = Self.estimators.first { $0.named.name == name }?.named.estimator
      #expect(estimator?.descriptor.breaks.contains(law) == false, "\(law) of \(name)")
    }
  }

  /// Expects violations of a law if the estimator is declared to break it, with its defaults or with
  /// its word, and none otherwise.
  private func expect(
    _ estimator: Conformance, _ law: EstimatorLaw, _ violations: Set<String>,
    location: SourceLocation = #_sourceLocation
  ) {
    let isDeclaredBroken =
      estimator.named.estimator.descriptor.breaks.contains(law)
      || Self.alsoBrokenWithWord[estimator.named.name] == law
    #expect(
      violations.isEmpty != isDeclaredBroken, "\(law) of \(estimator.named.name): \(violations)",
      sourceLocation: location)
  }

  @Test("extreme values crash nothing", arguments: estimators)
  func extremes(estimator: Conformance) { #expect(estimator.extremesViolations() == []) }

  @Test("the largest Floats stay finite, on every grid and bit width", arguments: estimators)
  func hugeValues(estimator: Conformance) { #expect(estimator.hugeViolations() == []) }

  @Test("a constant is kept to a rounding of Float32", arguments: ["minmax", "mse"])
  func constants(identifier: String) throws {
    let estimator = Conformance(try Self.registry.make(identifier))
    for grid in grids(bits: [2, 4, 8]) {
      for constant: Float in [0.7, 1234.567, -0.3, 1e-20]
      where constant > 0 || grid.reachesBelowZero {
        let found = try estimator.answer([constant, constant, constant], on: grid).get()
        let error = abs(found.reconstruction(of: constant) - constant)
        // Two roundings, of the scale and of the product.
        #expect(error <= 2 * constant.ulp, "\(identifier) \(grid) \(constant)")
        #expect(found.condition == .ordinary)
      }
    }
  }

  @Test("kl has no meaning with more groups than bins and says so, symmetric and affine")
  func notDefined() throws {
    let estimator = Conformance(try Self.registry.make("kl"))
    let narrow = estimator.answer([1, 2, -3], on: try grid(.symmetricNarrow, 16))
    #expect(
      narrow == .failure(.notDefined(reason: "16 bits: 32768 groups do not fit in 2048 bins")))
    let affine = estimator.answer([1, 2, -3], on: try grid(.affineUnsigned, 12))
    #expect(affine == .failure(.notDefined(reason: "12 bits: 4096 groups do not fit in 2048 bins")))
  }

  @Test("the suite notices an estimator that breaks the laws")
  func breaches() throws {
    let registry = EstimatorRegistry([LastValueEstimator.self])
    let liar = Conformance(try registry.make("last-value"))
    #expect(liar.permutationViolations() != [] && liar.mergingViolations() != [])
    #expect(liar.scalingViolations() != [] && liar.signViolations() != [])
    #expect(liar.zerosViolations() != [])
    #expect(liar.purityViolations() != [] && liar.extremesViolations() != [])
  }
}
