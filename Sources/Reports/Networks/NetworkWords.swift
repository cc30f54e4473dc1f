internal import Foundation
internal import ResultAnalysis
internal import ResultRecords
internal import ScientificMath
internal import TensorIO

/// Sentences about the networks of an experiment.
enum NetworkWords {
  /// What the float network does, and on how many samples.
  static func introduction(_ board: NetworkBoard) -> String {
    guard let figures = board.anyFigures else { return "No rule has a range for every tensor." }
    guard let right = figures.floatRight else {
      return "\(counted(figures.samples, "sample")) of \(printable(board.setting.data)), without "
        + "labels: rules are compared by the signal-to-noise ratio of the outputs against the "
        + "float network's."
    }
    let interval = WilsonInterval.of(right, in: figures.samples)
    return "\(counted(figures.samples, "sample")) of \(printable(board.setting.data)). The float "
      + "network has \(right) right: \(NetworkFormat.share(figures.floatAccuracy)), 95 % interval "
      + "\(NetworkFormat.interval(interval))."
  }

  /// Whether the tensor error of rules tells what they cost a network at one width, without the width.
  static func prediction(_ width: NetworkWidth) -> [Phrase] {
    guard let leader = width.leader else {
      return ["No rule has a range for every tensor."]
    }
    return best(width, leader) + correlations(width) + disagreements(width)
  }

  /// The place of the rule with the least tensor error.
  private static func best(
    _ width: NetworkWidth, _ leader: NetworkWidth.Entry
  ) -> [Phrase] {
    guard let least = width.leastError else {
      return [.name(leader.name), .words(" keeps most, \(NetworkFormat.kept(leader)).")]
    }
    let count = counted(width.entries.count, "rule")
    guard least.name != leader.name else {
      return [
        .name(least.name), .words(" has the least error on tensors and keeps most of \(count), "),
      ]
        + [.words("\(NetworkFormat.kept(least)).")]
    }
    let measure: NetworkMeasure = least.figures.right == nil ? .sqnr : .accuracy
    let place = width.place(of: least, by: measure) ?? 0
    let start: [Phrase] = [
      .name(least.name),
      .words(
        " has the least error on tensors and is number \(place) of \(count) in the network, "
          + "\(NetworkFormat.kept(least)); "),
      .name(leader.name), .words(" has \(NetworkFormat.kept(leader))"),
    ]
    guard measure == .accuracy else { return start + [.words(".")] }
    return start + [
      .words(
        least.isApart(from: leader)
          ? ", and the intervals do not overlap." : ": no difference can be seen.")
    ]
  }

  private static func correlations(_ width: NetworkWidth) -> [Phrase] {
    let found = [
      ("accuracy lost", width.correlation(with: .accuracy)),
      ("the error of the outputs", width.correlation(with: .sqnr)),
    ]
    let parts = found.compactMap { what, value in
      NetworkFormat.correlation(value).map { "with \(what) \($0)" }
    }
    guard !parts.isEmpty else { return [] }
    return [
      .words(
        " Rank correlation of tensor error (and its 95 % interval) "
          + parts.joined(separator: ", ") + ".")
    ]
  }

  private static func disagreements(_ width: NetworkWidth) -> [Phrase] {
    let all = width.disagreements
    func list(_ some: [NetworkDisagreement], _ start: String) -> [Phrase] {
      guard !some.isEmpty else { return [] }
      let shown = some.prefix(4)
      let rest =
        some.count > shown.count ? " and \(counted(some.count - shown.count, "other"))" : ""
      return [.words(start)]
        + Phrase.list(
          shown.map { item in
            let kept = item.entry.figures.accuracy.map { ", \(NetworkFormat.share($0))" } ?? ""
            return [
              .name(item.entry.name),
              .words(
                " (\(item.onTensors) of \(item.count) on tensors, \(item.inNetwork) in the network: "
                  + "\(NetworkFormat.decibels(item.entry.figures.outputSqnrDb)) dB\(kept))"),
            ]
          }) + [.words(rest + ".")]
    }
    return list(all.filter(\.isWorse), " Good on tensors and bad in the network: ")
      + list(all.filter { !$0.isWorse }, " Bad on tensors and good in the network: ")
  }
}
