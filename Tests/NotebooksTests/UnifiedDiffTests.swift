import Foundation
import Notebooks
import Testing

/// Patches, against what `diff -u` prints.
@Suite struct UnifiedDiffTests {
  private func diff(_ old: String, _ new: String) -> String {
    UnifiedDiff(from: ("a", old), to: ("b", new)).text
  }

  @Test("the same texts have no difference")
  func same() { #expect(diff("x\ny", "x\ny").isEmpty) }

  @Test("a changed line has three lines around it")
  func change() {
    #expect(
      diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n")
        == "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n")
  }

  @Test("changes far from each other are separate, near ones are not")
  func hunks() {
    let old = (1...20).map { "\($0)\n" }.joined()
    let far = diff(old, old.replacing("1\n2\n", with: "1\n").replacing("20\n", with: "20\n21\n"))
    #expect(
      far
        == "--- a\n+++ b\n@@ -1,5 +1,4 @@\n 1\n-2\n 3\n 4\n 5\n@@ -18,3 +17,4 @@\n 18\n 19\n 20\n+21\n"
    )
    let near = diff("a\nb\nc\nd\ne\nf\ng\n", "A\nb\nc\nd\ne\nf\nG\n")
    #expect(near.components(separatedBy: "@@ -").count == 2)
  }

  @Test("empty texts and missing newlines are said as patches say them")
  func edges() {
    #expect(diff("", "x\n") == "--- a\n+++ b\n@@ -0,0 +1 @@\n+x\n")
    #expect(diff("x\n", "") == "--- a\n+++ b\n@@ -1 +0,0 @@\n-x\n")
    #expect(
      diff("x", "x\n")
        == "--- a\n+++ b\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n")
  }
}
