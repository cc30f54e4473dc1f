/// Finds the known word that a misspelled one was probably meant to be.
enum Suggestion {
  /// The nearest of `known`, if it is near enough to be a slip of the hand.
  ///
  /// Of equally near words the first wins. Long words are left alone: nobody slips so far, and the
  /// comparison takes the product of both lengths.
  static func nearest(to word: String, among known: [String]) -> String? {
    guard (1...64).contains(word.count) else { return nil }
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

  /// The number of insertions, deletions and replacements between two words (Levenshtein).
  static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let replaced = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
