internal import Figures
internal import QuantizationCore
internal import ResultRecords

/// The scales that estimators chose for each channel or group of a tensor.
struct LaneFigure {
  /// The greatest number of lanes in a figure; of more lanes, an even selection is drawn.
  private static let laneLimit = 512

  private let choices: [Inspection.Choice]
  private let tensor: String
  private let name: String

  /// - Parameter choices: The choices on one grid; those with one lane are ignored.
  init(_ choices: [Inspection.Choice], tensor: String, name: String) {
    self.choices = choices.filter { $0.parameters.count > 1 }
    self.tensor = tensor
    self.name = name
  }

  /// The figure; nil if no choice has several lanes.
  var figure: Figure? {
    guard let first = choices.first else { return nil }
    let (grid, granularity) = (first.record.key.grid, first.record.key.granularity)
    let lanes = shownLanes(first)
    let count = first.parameters.count
    let lane = granularity.kind
    return LaneScales(
      heading: FigureHeading(
        name: name,
        title: "Scales of \(tensor), \(grid.bits) bits, \(granularity)",
        note: "\(grid.family.scheme.rawValue) \(grid.family.gridName), "
          + (lanes.count < count ? "\(lanes.count) of \(count) lanes" : "\(count) lanes")
          + "; a lane of zeros has no scale."),
      estimators: choices.map { choice in
        (choice.record.key.estimator, lanes.map { Self.scale(choice.parameters[$0]) })
      },
      laneTitle: lane
    ).figure
  }

  /// The drawn lanes, sorted by the scale of a choice and taken at equal steps.
  private func shownLanes(_ choice: Inspection.Choice) -> [Int] {
    let lanes = choice.parameters.indices
    guard lanes.count > Self.laneLimit else { return Array(lanes) }
    let sorted = lanes.sorted {
      (choice.parameters[$0].scale, $0) < (choice.parameters[$1].scale, $1)
    }
    return (0..<Self.laneLimit).map { sorted[$0 * (sorted.count - 1) / (Self.laneLimit - 1)] }
  }

  /// The scale; NaN if the quantizer has none, because all values are zero.
  private static func scale(_ parameters: QuantizationParameters) -> Double {
    parameters.condition == .degenerate ? .nan : Double(parameters.scale)
  }
}
