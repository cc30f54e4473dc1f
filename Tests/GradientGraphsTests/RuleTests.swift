import GradientGraphs
import NetworkRuntime
import Testing
import _TestSupport

/// The rule of each operator against central differences in Double.
@Suite(.enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
struct RuleTests {
  /// The largest relative difference.
  ///
  /// In Double the difference of two points is the less exact side: 1e-10 of values of a few units, over
  /// gradients of a few hundredths. In Float it is the gradient, with some 2^-24 for each of a few dozen
  /// sums.
  private static func tolerance(_ subject: GradientCase) -> Double {
    subject.isDouble ? 1e-7 : 1e-5
  }

  @Test(arguments: GradientCase.all)
  func matchesCentralDifferences(_ subject: GradientCase) throws {
    let found = try CentralDifferences(subject, library: try #require(runtime))
    #expect(found.largest <= Self.tolerance(subject), "\(subject.title)")
    // Otherwise a gradient that vanishes would pass.
    for size in found.sizes { #expect(size > 1e-4, "\(subject.title)") }
  }

  @Test func everyRuleHasACase() {
    let shown = GradientCase.all.reduce(into: Set<String>()) { $0.formUnion($1.operators) }
    for operation in GradientGraph.operators {
      #expect(shown.contains(operation), "no case for \(operation)")
    }
    #expect(shown.isSubset(of: Set(GradientGraph.operators)))
  }
}

extension GradientCase {
  /// All cases.
  static let all =
    linear + elementwise + pooling + normalization + shapes + reductions + quantization
}
