import ExperimentRunner
import Testing

@Suite struct SuggestionTests {
  @Test(
    "counts insertions, deletions, replacements and swaps",
    arguments: [
      ("", "", 0), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "ab", 1), ("", "abc", 3),
      ("nmae", "name", 1), ("kitten", "sitting", 3),
    ])
  func distance(left: String, right: String, distance: Int) {
    #expect(Suggestion.distance(Array(left), Array(right)) == distance)
    #expect(Suggestion.distance(Array(right), Array(left)) == distance)
  }

  @Test("suggests the nearest word, and none that is far")
  func nearest() {
    let known = ["minmax", "mse", "percentile"]
    #expect(Suggestion.nearest(to: "minmx", among: known) == "minmax")
    #expect(Suggestion.nearest(to: "MSE", among: known) == "mse")
    #expect(Suggestion.nearest(to: "precentil", among: known) == "percentile")
    #expect(Suggestion.nearest(to: "laplace", among: known) == nil)
    #expect(Suggestion.nearest(to: "q", among: ["p"]) == nil)
    #expect(Suggestion.nearest(to: String(repeating: "x", count: 65), among: known) == nil)
  }
}
