/// So many of each group of weights are kept, such as `2:4`.
///
/// Processors have instructions for it (Mishra and others, 2021, arXiv:2104.08378).
package struct PruningPattern: Hashable, Sendable, CustomStringConvertible {
  /// The weights of a group that are kept.
  package let kept: Int
  /// The weights of a group.
  package let group: Int

  /// A pattern; nothing where no weight or all of a group are kept, or a group has more than 64.
  package init?(kept: Int, of group: Int) {
    guard (2...64).contains(group), (1..<group).contains(kept) else { return nil }
    (self.kept, self.group) = (kept, group)
  }

  /// Reads `N:M`.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let kept = parts[0], let group = parts[1] else { return nil }
    self.init(kept: kept, of: group)
  }

  /// As it is read.
  package var description: String { "\(kept):\(group)" }
}
