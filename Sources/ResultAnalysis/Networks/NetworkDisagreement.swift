/// A rule whose place on tensors and place in the network are far apart.
package struct NetworkDisagreement: Sendable {
  /// The rule.
  package let entry: NetworkWidth.Entry
  /// Its place by tensor error, from 1.
  package let onTensors: Int
  /// Its place by the signal-to-noise ratio of the outputs, from 1.
  package let inNetwork: Int
  /// The number of rules.
  package let count: Int

  /// Whether it is good on tensors and bad in the network; otherwise it is the other way round.
  package var isWorse: Bool { onTensors < inNetwork }
}

extension NetworkWidth {
  /// The fewest rules among which places say anything.
  package static let leastRules = 6

  /// The rules on which tensor error and network disagree, the furthest apart first.
  ///
  /// Good on tensors and bad in the network is a rule of the best third by tensor error that is in the
  /// worst third by the signal-to-noise ratio of the outputs; or in the worse half by accuracy, with
  /// an interval below that of the best. Bad on tensors and good in the network is one of the worst third
  /// by tensor error and of the best third by the signal-to-noise ratio, which unlike the accuracy of a
  /// few samples has no chance in it.
  package var disagreements: [NetworkDisagreement] {
    let known = entries.filter { $0.ratio != nil }
    guard known.count >= Self.leastRules, let leader else { return [] }
    let (count, third) = (known.count, known.count / 3)
    return known.compactMap { entry -> NetworkDisagreement? in
      guard let onTensors = place(byErrorOf: entry), let inNetwork = place(of: entry, by: .sqnr)
      else { return nil }
      let isLost =
        entry.isApart(from: leader) && place(of: entry, by: .accuracy) ?? 0 > count / 2
      let isWorse = onTensors <= third && (inNetwork > count - third || isLost)
      let isBetter = onTensors > count - third && inNetwork <= third
      guard isWorse && onTensors < inNetwork || isBetter else { return nil }
      return NetworkDisagreement(
        entry: entry, onTensors: onTensors, inNetwork: inNetwork, count: count)
    }.enumerated().sorted { left, right in
      let sizes = [left, right].map { abs($0.element.onTensors - $0.element.inNetwork) }
      return (-sizes[0], left.offset) < (-sizes[1], right.offset)
    }.map(\.element)
  }
}
