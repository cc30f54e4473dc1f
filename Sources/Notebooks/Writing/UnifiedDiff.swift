/// The difference of two texts in the format of patches.
package struct UnifiedDiff: Sendable {
  /// The patch; empty if the texts are equal.
  package let text: String

  /// Compares two texts.
  ///
  /// - Parameters:
  /// - old: The first text and its name in the patch.
  ///   - new: The second.
  ///   - context: Unchanged lines around each change.
  package init(
    from old: (name: String, text: String), to new: (name: String, text: String), context: Int = 3
  ) {
    let edits = Self.edits(DocumentLines(old.text).lines, DocumentLines(new.text).lines)
    let changed = edits.indices.filter { edits[$0].mark != " " }
    var hunks: [Range<Int>] = []
    for index in changed {
      let hunk = max(0, index - context)..<min(edits.count, index + context + 1)
      if let last = hunks.last, last.upperBound >= hunk.lowerBound {
        hunks[hunks.count - 1] = last.lowerBound..<hunk.upperBound
      } else {
        hunks.append(hunk)
      }
    }
    let header = hunks.isEmpty ? "" : "--- \(old.name)\n+++ \(new.name)\n"
    text = header + hunks.map { Self.text(of: $0, edits) }.joined()
  }

  private struct Edit {
    let mark: Character
    let line: DocumentLines.Line
  }

  private static func edits(_ old: [DocumentLines.Line], _ new: [DocumentLines.Line]) -> [Edit] {
    var (removed, inserted): (Set<Int>, Set<Int>) = ([], [])
    for change in new.difference(from: old, by: ==) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var edits: [Edit] = []
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      if i < old.count, removed.contains(i) {
        edits.append(Edit(mark: "-", line: old[i]))
        i += 1
      } else if j < new.count, inserted.contains(j) {
        edits.append(Edit(mark: "+", line: new[j]))
        j += 1
      } else {
        edits.append(Edit(mark: " ", line: old[i]))
        (i, j) = (i + 1, j + 1)
      }
    }
    return edits
  }

  private static func text(of hunk: Range<Int>, _ edits: [Edit]) -> String {
    func place(_ other: Character) -> String {
      let before = edits[..<hunk.lowerBound].count { $0.mark != other }
      let count = edits[hunk].count { $0.mark != other }
      // By convention, an empty side has the position of the line before it.
      return "\(before + (count > 0 ? 1 : 0))" + (count == 1 ? "" : ",\(count)")
    }
    let lines = edits[hunk].map { edit in
      let end = edit.line.ending.isEmpty ? "\n\\ No newline at end of file\n" : edit.line.ending
      return "\(edit.mark)\(edit.line.text)\(end)"
    }
    return "@@ -\(place("+")) +\(place("-")) @@\n" + lines.joined()
  }
}
