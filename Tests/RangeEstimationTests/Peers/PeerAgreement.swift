import Foundation
import QuantizationCore
import RangeEstimation
import TensorIO

/// How many of a peer's own answers a rule gives.
///
/// Every row that is ok and has a quantizer counts: scale and range are finite, the scale positive.
/// A row agrees when the scale is within 1e-3 and the zero point within 1: less than neighboring
/// candidates of any rule are apart, more than Float32 in the peer's arithmetic is. A zero point
/// outside the codes is compared with the nearest code, and such rows are told apart. Of data with
/// NaN or infinity the rule gets the finite values, as the lab does when asked to skip the others.
struct PeerAgreement: CustomStringConvertible {
  private let claim: PeerClaim
  private(set) var rows = 0
  private(set) var agreeing = 0
  private(set) var misses: [String] = []
  private var streamed = (rows: 0, agreeing: 0)
  private var outsideCodes = 0
  private var withoutQuantizer = 0

  /// The share of rows reproduced.
  var share: Double { rows == 0 ? 0 : Double(agreeing) / Double(rows) }

  /// One line of the table.
  var description: String {
    let name = claim.description.padding(toLength: 24, withPad: " ", startingAt: 0)
    let rule = claim.rule.padding(toLength: 22, withPad: " ", startingAt: 0)
    let percent = String(format: "%5.1f %%", 100 * share)
    var notes: [String] = []
    if streamed.rows > 0 { notes.append("in batches \(streamed.agreeing) of \(streamed.rows)") }
    if outsideCodes > 0 { notes.append("\(outsideCodes) zero points moved to the nearest code") }
    if withoutQuantizer > 0 { notes.append("\(withoutQuantizer) more without a quantizer") }
    let note = notes.isEmpty ? "" : "; " + notes.joined(separator: "; ")
    return "\(name)\(rule)\(percent)  \(agreeing) of \(rows) rows\(note)"
  }

  init(_ claim: PeerClaim) throws {
    self.claim = claim
    let rows = try GoldenRow.read(peer: claim.peer, method: claim.method).filter(\.isOK)
    let asked = Dictionary(grouping: rows) { Question(row: $0, claim: claim) }
    for (question, rows) in asked.sorted(by: { $0.key < $1.key }) {
      let named = try EstimatorRegistry.builtIn.parse(question.estimator)
      try compare(named.estimator, question, rows)
    }
  }

  private mutating func compare<Rule: RangeRule>(
    _ rule: Rule, _ question: Question, _ rows: [GoldenRow]
  ) throws {
    let statistics = try RuleProbe.statistics(for: rule, question.batches())
    for row in rows {
      guard row.hasQuantizer else {
        withoutQuantizer += 1
        continue
      }
      let answer: String
      let agrees: Bool
      do {
        let found = try rule.parameters(from: statistics, on: row.grid)
        (answer, agrees) = ("\(found.scale) \(found.zeroPoint)", Self.agree(found, row))
      } catch {
        (answer, agrees) = ("\(error)", false)
      }
      self.rows += 1
      agreeing += agrees ? 1 : 0
      if question.count > 1 {
        streamed.rows += 1
        streamed.agreeing += agrees ? 1 : 0
      }
      if !row.grid.codes.contains(row.zeroPoint) { outsideCodes += 1 }
      if !agrees {
        misses.append(
          "\(row) \(question.estimator): \(answer) instead of \(row.scale) \(row.zeroPoint)")
      }
    }
  }

  private static func agree(_ found: QuantizationParameters, _ row: GoldenRow) -> Bool {
    // Scales are normal Float32 here; a peer's may be less.
    let scale = max(row.scale, Double(Float.leastNormalMagnitude))
    let code = min(max(row.zeroPoint, row.grid.minimumCode), row.grid.maximumCode)
    return abs(Double(found.scale) / scale - 1) <= 1e-3 && abs(found.zeroPoint - code) <= 1
  }
}

/// Data and rule that several rows share.
private struct Question: Hashable, Comparable {
  let tensor: String
  let channel: Int?
  let count: Int
  let estimator: String

  init(row: GoldenRow, claim: PeerClaim) {
    (tensor, channel, estimator) = (row.tensor, row.channel, claim.estimator(for: row))
    count = claim.isWhole ? 1 : row.parameters["batches"].flatMap { Int($0) } ?? 1
  }

  static func < (left: Question, right: Question) -> Bool {
    (left.tensor, left.channel ?? 0, left.count, left.estimator)
      < (right.tensor, right.channel ?? 0, right.count, right.estimator)
  }

  func batches() throws -> [[Float]] {
    let tensor = try GoldenTensor.load(tensor, nonFinite: .skip)
    var values = tensor.values[...]
    if let channel {
      let length = values.count / tensor.shape[0]
      values = values.dropFirst(channel * length).prefix(length)
    }
    let size = values.count / count
    return (0..<count).map { Array(values.dropFirst($0 * size).prefix(size).filter(\.isFinite)) }
  }
}

extension GoldenRow {
  /// Whether the peer has an answer that quantizes: a positive scale from a finite range.
  ///
  /// Where the range of a peer is NaN, the table has scale 1.
  var hasQuantizer: Bool {
    let ends = ["lo", "hi"].compactMap { fields[$0].flatMap { Double($0) } }
    return scale > 0 && scale.isFinite && ends.allSatisfy(\.isFinite)
  }

  /// The peer's own parameters: `k=v;k=v`.
  var parameters: [String: String] {
    Dictionary(
      params.split(separator: ";").map { pair in
        let parts = pair.split(separator: "=").map(String.init)
        return (parts[0], parts[1])
      }
    ) { first, _ in first }
  }
}
