/// The part of a `--set` option before the equals sign: `tensors[0].synthetic.dof`.
struct OverridePath {
  /// Keys and indices from the root; indices may be written `[0]` or `.0`.
  let steps: [Substring]

  /// Parses a path; nil if a step is empty or a bracket is not closed.
  init?(_ text: Substring) {
    var steps: [Substring] = []
    for part in text.split(separator: ".", omittingEmptySubsequences: false) {
      var pieces = part.split(separator: "[", omittingEmptySubsequences: false)
      let key = pieces.removeFirst()
      if !key.isEmpty || pieces.isEmpty { steps.append(key) }
      for piece in pieces {
        guard piece.last == "]" else { return nil }
        steps.append(piece.dropLast())
      }
    }
    guard !steps.isEmpty, steps.allSatisfy({ !$0.isEmpty }) else { return nil }
    self.steps = steps
  }

  /// The text of the first `count` steps, for messages.
  func prefix(_ count: Int) -> String {
    count == 0 ? "the manifest" : "'\(steps.prefix(count).joined(separator: "."))'"
  }
}
