internal import TensorIO

/// Finds the known word that a misspelled one was probably meant to be.
package enum Suggestion {
  /// The nearest of the known words, if the edit distance is small enough for a typing error.
  ///
  /// The first of equally near words wins. Very long words have no suggestion, because the
  /// comparison takes the product of both lengths, and neither do single letters.
  package static func nearest(to word: String, among known: [String]) -> String? {
    guard (2...64).contains(word.count) else { return nil }
    let limit = max(1, word.count / 3)
    var best: (word: String, distance: Int)?
    for candidate in known where abs(candidate.count - word.count) <= limit {
      let distance = distance(Array(word.lowercased()), Array(candidate.lowercased()))
      if distance <= limit, distance < best?.distance ?? .max {
        best = (candidate, distance)
      }
    }
    return best?.word
  }

  /// `; did you mean 'estimate'?`, or an empty text if no known word is near.
  package static func hint(for word: String, among known: [String]) -> String {
    nearest(to: word, among: known).map { "; did you mean '\(printable($0))'?" } ?? ""
  }

  /// The edit distance between two words: insertions, deletions, replacements (Levenshtein), and
  /// swaps of neighbors, the most frequent typing error.
  package static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var rows = [Array(0...right.count)]
    for (i, a) in left.enumerated() {
      var row = [i + 1]
      for (j, b) in right.enumerated() {
        var best = min(rows[i][j] + (a == b ? 0 : 1), row[j] + 1, rows[i][j + 1] + 1)
        if i > 0, j > 0, a == right[j - 1], left[i - 1] == b {
          best = min(best, rows[i - 1][j - 1] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[left.count][right.count]
  }
}
