internal import ExperimentRunner
internal import Foundation
internal import NetworkEvaluation
internal import RangeEstimation
internal import RangeFiles
internal import RangeFormats
internal import ResultRecords
internal import TensorIO

/// What it costs that a runtime quantizes with other codes than were chosen, such as a narrow grid that it clamps as a
/// full one.
struct SubstituteReport {
  /// The tensors of one kind.
  private struct Kind {
    var count = 0
    var (chosen, runtime) = (0.0, 0.0)
    var largest: (change: Double, name: String)?
  }

  /// A line for each kind of tensor: the mean SQNR of what was chosen and of what the runtime does, and the tensor that
  /// changes most.
  let lines: [String]

  /// Measures both ranges of each tensor on its values, without looking for better ones.
  ///
  /// - Parameters:
  ///   - substitutes: The tensors; activations are left out where there is no run.
  ///   - model: The file of the float model.
  ///   - run: The run that shows the values of activations.
  /// - Throws: `NetworkDataError` where a range does not fit the model; what reading and running throw.
  init(
    _ substitutes: [RangeExport.Substitute], model: String, run: NetworkCalibration.Run?,
    workers: Workers
  ) throws {
    let measurable = substitutes.filter { $0.chosen.kind == .weight || run != nil }
    let sets = [
      ("chosen", RangeSet(model: nil, tensors: measurable.map(\.chosen))),
      ("runtime", RangeSet(model: nil, tensors: measurable.map(\.runtime))),
    ]
    let scores = try RangeScoring(
      sets, workers: workers, certifies: false, progress: NetworkProgress("measure").show
    ).scores(model: model, run: run)
    var chosen: [String: Double] = [:]
    for score in scores where score.set == 0 { chosen[score.range.name] = score.record[.sqnr] }
    var kinds: [TensorRange.Kind: Kind] = [:]
    for score in scores where score.set == 1 {
      // Without any error there is no ratio.
      guard let before = chosen[score.range.name], let after = score.record[.sqnr],
        before.isFinite, after.isFinite
      else { continue }
      var kind = kinds[score.range.kind] ?? Kind()
      kind.count += 1
      kind.chosen += before
      kind.runtime += after
      if (after - before).magnitude > kind.largest?.change.magnitude ?? -1 {
        kind.largest = (after - before, score.range.name)
      }
      kinds[score.range.kind] = kind
    }
    lines = TensorRange.Kind.allCases.compactMap { name in
      guard let kind = kinds[name], let largest = kind.largest else { return nil }
      let count = Double(kind.count)
      return "measured: \(counted(kind.count, name.rawValue)), mean SQNR "
        + String(
          format: "%.3f dB in the runtime, %.3f dB as chosen; the largest change is %+.3f dB, ",
          // Nothing but the order of sums is no change.
          kind.runtime / count, kind.chosen / count,
          largest.change.magnitude < 5e-4 ? 0 : largest.change)
        + quoted(largest.name)
    }
  }
}
