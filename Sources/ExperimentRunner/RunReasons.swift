internal import ResultRecords
internal import TensorIO

extension ExperimentPlan {
  /// The reasons to compute cells: the number of new ones, and the changes that concern the others.
  ///
  /// - Parameter cells: Cells of the plan that are not finished.
  /// - Returns: For example `12 new, 588 again: the input t1.npy has changed (300), mse has a new
  ///   revision (288)`; empty if there are no cells.
  package func reasons(for cells: [ExperimentCell]) -> String {
    var new = 0
    var counts: [Reason: Int] = [:]
    for cell in cells {
      if let reason = reason(cell) {
        counts[reason, default: 0] += 1
      } else {
        new += 1
      }
    }
    let again = cells.count - new
    guard again > 0 else { return new > 0 ? "\(new) new" : "" }
    return (new > 0 ? "\(new) new, " : "") + "\(again) again: " + Self.listed(counts)
  }

  /// Whether an unfinished cell has a stored result, which cannot be used.
  package func hasChanged(_ cell: ExperimentCell) -> Bool { reason(cell) != nil }

  /// The reason to compute a cell again.
  private enum Reason: Hashable, Comparable {
    case input(ExactName), batches(ExactName)
    case seed, generator, nonFinite, shared
    case rule(ExactName)
    case damaged, forced

    /// The text of the reason, for a number of inputs or rules.
    func words(others: Int) -> String {
      switch self {
      case .input(let name): "the input \(printable(name.text))\(Self.more(others)) changed"
      case .batches(let name): "other batches of \(printable(name.text))\(Self.more(others))"
      case .seed: "another seed"
      case .generator: "synthetic tensors have a new revision"
      case .nonFinite: "nonfinite is another"
      case .shared: "what measures has a new revision"
      case .rule(let name):
        "\(printable(name.text))\(Self.more(others)) \(others > 0 ? "have" : "has") a new revision"
      case .damaged: "damaged"
      case .forced: "--force"
      }
    }

    private static func more(_ others: Int) -> String { others > 0 ? " and \(others) more" : "" }

    /// A number that reasons of the same kind share.
    var kind: Int {
      switch self {
      case .input: 0
      case .batches: 1
      case .seed: 2
      case .generator: 3
      case .nonFinite: 4
      case .shared: 5
      case .rule: 6
      case .damaged: 7
      case .forced: 8
      }
    }
  }

  private func reason(_ cell: ExperimentCell) -> Reason? {
    switch change(of: cell) {
    case .input: .input(ExactName(cell.tensor.inputName))
    case .batches: .batches(cell.key.subjectName)
    case .seed: .seed
    case .generator: .generator
    case .nonFinite: .nonFinite
    case .shared: .shared
    case .rule: .rule(ExactName(Self.identifier(cell.key.estimator)))
    case nil: isDamaged(cell) ? .damaged : isForced(cell) ? .forced : nil
    }
  }

  /// The name of a rule without its parameters.
  private static func identifier(_ name: String) -> String {
    String(name.prefix { $0 != "[" })
  }

  /// Lists reasons with their counts; at most ``listedOfAKind`` of one kind are named.
  private static func listed(_ counts: [Reason: Int]) -> String {
    let kinds = Dictionary(grouping: counts.keys, by: \.kind).sorted { $0.key < $1.key }
    return kinds.flatMap { _, reasons in
      let reasons = reasons.sorted()
      let isLong = reasons.count > listedOfAKind
      let named = isLong ? reasons.prefix(1) : reasons[...]
      return named.map { reason in
        let all = isLong ? reasons.reduce(0) { $0 + counts[$1, default: 0] } : counts[reason] ?? 0
        return "\(reason.words(others: isLong ? reasons.count - 1 : 0)) (\(all))"
      }
    }.joined(separator: ", ")
  }

  private static let listedOfAKind = 4
}

extension TensorReference {
  /// The name of the data in messages: the file, the first of several files, or the synthetic
  /// tensor.
  fileprivate var inputName: String {
    switch origin {
    case .synthetic, .network: name
    case .file(let file): file.relativeDataPath
    case .sequence(let files): files.first?.relativeDataPath ?? name
    }
  }
}
