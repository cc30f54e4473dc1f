internal import Foundation
internal import QuantizationCore
package import RangeFiles
internal import ResultRecords
internal import TensorIO

/// Ranges as a table for people: one line for each lane, nothing left out.
///
/// `low` and `high` are there to be looked at: the least and the greatest real of a lane. Readers need `name`,
/// `bits`, `scheme`, `grid`, `scale` and `zero_point`; the other columns may be missing. Lines of a tensor are
/// neighbors, in the order of its lanes.
package struct CSVRanges: RangeCodec {
  package let name = "csv"
  package let summary =
    "a table for people and spreadsheets: a line for each lane, nothing left out"
  package var ability: FormatAbility {
    let all = FormatAbility.Tensors(
      lanes: [.tensor, .channel, .group], grids: .every, bits: Array(BitWidth.allowed))
    return FormatAbility(weights: all, activations: all, biases: all)
  }

  /// The columns, in their order.
  private enum Column: String, CaseIterable {
    case name, kind, shape, granularity, bits, scheme, grid, estimator, lane, scale
    case zeroPoint = "zero_point"
    case low, high, mse, regret, model, sha256
  }

  package init() {}

  package func encode(
    _ ranges: RangeSet, _ context: FormatContext
  ) throws(FormatFault) -> FormatOutput {
    var lines = [CSVText.line(Column.allCases.map(\.rawValue))]
    for range in ranges.tensors {
      for lane in range.scales.indices {
        let (low, high) = range.ends(ofLane: lane)
        lines.append(
          CSVText.line(
            Column.allCases.map { column in
              switch column {
              case .name: range.name
              case .kind: range.kind.rawValue
              case .shape: range.shape.map(String.init).joined(separator: "x")
              case .granularity: "\(range.granularity)"
              case .bits: "\(range.grid.bits)"
              case .scheme: range.grid.family.scheme.rawValue
              case .grid: range.grid.family.gridName
              case .estimator: range.estimator
              case .lane: "\(lane)"
              case .scale: "\(range.scales[lane])"
              case .zeroPoint: "\(range.zeroPoints[lane])"
              case .low: "\(Float(low))"
              case .high: "\(Float(high))"
              case .mse: Self.text(range.meanSquaredError)
              case .regret: Self.text(range.regret)
              case .model: ranges.model?.name ?? ""
              case .sha256: ranges.model?.sha256 ?? ""
              }
            }))
      }
    }
    return FormatOutput(text: lines.map { $0 + "\n" }.joined())
  }

  /// A number; nothing where it was not measured.
  private static func text(_ number: Double?) -> String {
    number.flatMap { $0.isFinite ? "\($0)" : nil } ?? ""
  }

  package func decode(
    _ input: FormatInput, _ context: FormatContext
  ) throws(FormatFault) -> FormatReading {
    let table = try CSVRangeTable(try input.text())
    var reading = FormatReading([])
    var place = 0
    while place < table.rows.count {
      let name = try table.text("name", place)
      let kind = table["kind", place]
      var end = place + 1
      while end < table.rows.count, table["name", end]?.isExactly(name) == true,
        table["kind", end] == kind
      { end += 1 }
      reading.tensors.append(try table.tensor(place..<end, context))
      place = end
    }
    reading.model = try table.model
    return reading
  }
}
