internal import QuantizationCore
internal import ResultRecords
internal import TensorIO

/// Checks the axes of a manifest against its networks.
struct NetworkChecks {
  let log: FaultLog
  let cells: CellAxes
  let networks: [NetworkReference]

  func run() {
    guard !networks.isEmpty else { return }
    for format in cells.formats.values where !GridFamily.integers.contains(format.value.family) {
      log.report(
        format.location, "a model cannot hold the number format '\(format.value)'",
        expected: "integers with scales in Float32")
    }
    for granularity in cells.granularities.values where granularity.value.kind == "block" {
      log.report(
        granularity.location, "a model cannot hold \(granularity.value)",
        expected: "tensor, channel or group")
    }
    let choices = cells.calibrations.values
    guard choices.contains(where: { $0.value != .all }) else { return }
    networks.forEach { checkBatches(of: $0, choices) }
  }

  /// Checks that the samples of a network have the batches of each choice, and that no two choices are
  /// the same batches.
  private func checkBatches(
    of network: NetworkReference, _ choices: [Located<CalibrationChoice>]
  ) {
    var seen: [CalibrationSplit: CalibrationChoice] = [:]
    for choice in choices {
      do {
        guard let split = try choice.value.split(of: network.calibrationBatches()) else { continue }
        if let first = seen.updateValue(choice.value, forKey: split) {
          log.report(
            choice.location,
            "for model \(quoted(network.name)) calibration '\(choice.value)' is '\(first)' again",
            expected: "every one once")
        }
      } catch let error as BatchFault {
        log.report(
          choice.location, "model \(quoted(network.name)): \(error.problem)",
          expected: error.expected)
      } catch {
        log.report(
          choice.location, "cannot count the batches of model \(quoted(network.name)): \(error)")
        return
      }
    }
  }
}
