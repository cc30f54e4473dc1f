internal import Figures
package import QuantizationCore
package import ResultRecords

/// The results of `inspect` for one tensor: its profile, and the ranges that estimators choose.
package struct Inspection: Sendable {
  /// The quantizers that an estimator chose, with their error.
  package struct Choice: Sendable {
    /// The measured record.
    package let record: ResultRecord
    /// The quantizer of each lane; empty if there is none.
    package let parameters: [QuantizationParameters]

    /// Creates a choice.
    package init(record: ResultRecord, parameters: [QuantizationParameters]) {
      self.record = record
      self.parameters = parameters
    }
  }

  /// The profile of the whole tensor.
  package let profile: TensorProfile
  /// The choices, estimator after estimator.
  package let choices: [Choice]

  /// Creates an inspection.
  package init(profile: TensorProfile, choices: [Choice]) {
    self.profile = profile
    self.choices = choices
  }

  /// The grids, in the order of the profile.
  var grids: [CodeGrid] { profile.grids.map(\.grid) }

  /// The choices on a grid.
  func choices(on grid: CodeGrid) -> [Choice] { choices.filter { $0.record.key.grid == grid } }
}

extension CodeGrid {
  /// `4 bits, symmetric narrow`.
  var title: String { "\(bits) bits, \(family.scheme.rawValue) \(family.gridName)" }
}

extension Inspection {
  /// The figures of each grid, in the order of the profile.
  func figures(slug: String) -> [[Figure]] {
    let figures = TensorFigures(profile, records: choices.map(\.record), slug: slug)
    return grids.map { grid in
      let lanes = LaneFigure(
        choices(on: grid), tensor: profile.tensor, name: figures.name(grid, "scales"))
      return figures.figures(on: grid) + [lanes.figure].compactMap { $0 }
    }
  }
}
