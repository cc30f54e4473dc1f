package import Figures
internal import Foundation
package import QuantizationCore
package import ResultRecords
internal import TensorIO

/// The figures of one tensor: its values, the ranges that estimators choose, and their errors.
///
/// A pure function of a profile and records. Figures have ranges of whole tensors, chosen on all of
/// their values; other records are ignored: those of finer granularities, of held-out batches and
/// of other tensors.
package struct TensorFigures: Sendable {
  /// The greatest number of different ranges in a figure; those with the least error remain, and
  /// min-max.
  package static let rangeLimit = 12

  private let profile: TensorProfile
  private let records: [ResultRecord]
  private let slug: String

  /// Prepares the figures.
  ///
  /// - Parameters:
  /// - profile: The profile of the tensor.
  /// - records: Results of any tensors.
  /// - slug: The beginning of the names of figures; the name of the tensor by default.
  package init(_ profile: TensorProfile, records: [ResultRecord], slug: String? = nil) {
    self.profile = profile
    self.slug = slug ?? Self.slug(profile.tensor)
    self.records = records.filter {
      $0.key.subjectName == profile.subjectName && $0.key.granularity == .tensor
        && $0.key.split == nil
    }
  }

  /// Every figure, grid after grid in the order of the profile.
  package var figures: [Figure] { profile.grids.flatMap { figures(on: $0.grid) } }

  /// The histogram and the error curve on one grid; none if the profile lacks the grid, and no
  /// curve if nothing can be clipped.
  package func figures(on grid: CodeGrid) -> [Figure] {
    guard let onGrid = profile.profile(on: grid) else { return [] }
    return [histogram(on: grid).figure]
      + (onGrid.curve.clips.isEmpty ? [] : [curve(onGrid).figure])
  }

  /// Whether a record has a range of the whole tensor on a grid.
  func hasRange(on grid: CodeGrid) -> Bool {
    records.contains { $0.key.grid == grid && $0.parameters != nil }
  }

  /// A text as the name of a file: lower case, digits and hyphens.
  package static func slug(_ text: String) -> String {
    let words = text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return words.isEmpty ? "tensor" : words.joined(separator: "-")
  }

  /// The name of the figure of this tensor on a grid.
  func name(_ grid: CodeGrid, _ kind: String) -> String {
    "\(slug)-\(grid.family.scheme.rawValue)-\(grid.family.gridName)-b\(grid.bits)-\(kind)"
  }

  private func histogram(on grid: CodeGrid) -> RangeHistogram {
    let histogram = profile.histogram
    // Given a width, a single value becomes visible.
    let margin = max(abs(histogram.lower) / 100, 1e-6)
    let isSpread = histogram.lower < histogram.upper
    let edges = (0...histogram.counts.count).map { index in
      isSpread ? histogram.edge(index) : histogram.lower + margin * Double(2 * index - 1)
    }
    let ranges = ChosenRange.ranges(of: records, on: grid, limit: Self.rangeLimit)
    return RangeHistogram(
      heading: FigureHeading(
        name: name(grid, "histogram"),
        title: "Values of \(profile.tensor)"
          + (ranges.isEmpty ? "" : ", and where estimators clip them at \(grid.bits) bits"),
        note: "\(NumberFormat.counted(profile.elements, "value")), \(grid.family.scheme.rawValue) "
          + "\(grid.family.gridName). "
          + (ranges.isEmpty ? "" : "Clips: the share of values beyond the range. ")
          + "\(ChosenRange.omitted(records, on: grid, ranges))"),
      edges: edges, counts: histogram.counts.map(Double.init),
      brackets: ranges.sorted { $0.width > $1.width }.map { range in
        RangeHistogram.Bracket(
          name: range.name, lower: range.parameters.lower, upper: range.parameters.upper,
          clippedFraction: range.clippedFraction,
          isEmphasized: range.parameters == optimum(on: grid))
      })
  }

  private func optimum(on grid: CodeGrid) -> QuantizationParameters? {
    profile.profile(on: grid)?.optimum?.parameters(on: grid)
  }

  private func curve(_ onGrid: TensorProfile.GridProfile) -> ErrorCurve {
    let (grid, curve) = (onGrid.grid, onGrid.curve)
    let ranges = ChosenRange.ranges(of: records, on: grid, limit: Self.rangeLimit)
    let best = onGrid.optimum.map { ($0, $0.parameters(on: grid)) }
    var choices = ranges.filter { $0.parameters != best?.1 }.map { range in
      ErrorCurve.Choice(
        name: range.name, clip: onGrid.clip(of: range.parameters), error: range.mse)
    }
    if let (optimum, parameters) = best {
      let same = ranges.first { $0.parameters == parameters }.map { " (\($0.name))" } ?? ""
      choices.append(
        ErrorCurve.Choice(
          name: "optimum" + same, clip: onGrid.clip(of: parameters), error: optimum.mse,
          isOptimum: true))
    }
    let end =
      curve.end == .upper ? "upper end of the range" : "lower end of the range, sign dropped"
    let isAffine = grid.family.scheme == .affine
    let place = isAffine ? ", zero point kept at \(curve.zeroPoint)" : ""
    return ErrorCurve(
      heading: FigureHeading(
        name: name(grid, "curve"),
        title: "What clipping \(profile.tensor) costs at \(grid.bits) bits",
        note: "One range for all values, \(grid.family.scheme.rawValue) \(grid.family.gridName). "
          + (isAffine ? "Marks have zero points of their own and may lie off the curve. " : "")
          + ChosenRange.omitted(records, on: grid, ranges)),
      clips: curve.clips, clipping: curve.clipping, rounding: curve.rounding, choices: choices,
      clipTitle: "clip value: \(end)\(place)")
  }
}
