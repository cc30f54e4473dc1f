internal import QuantizationCore
internal import RangeEstimation
internal import Synchronization

/// Asks a program for the quantizer of each lane.
struct ExternalEstimator: RangeRule {
  let descriptor: EstimatorDescriptor
  private let programs: ExternalPrograms

  init(_ rule: ExternalRule, named name: String) {
    descriptor = EstimatorDescriptor(
      identifier: name, family: .search, summary: "what a program answers",
      cost: "O(n) to send the values", visitsEveryValue: true,
      reference: rule.command.joined(separator: " "), takesAnyLevels: true)
    programs = ExternalPrograms(rule)
  }

  func parameters(
    from statistics: BatchStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    try programs.answer(to: ExternalRequest(statistics.values, on: grid)).parameters(on: grid)
  }
}

/// The running programs of an external rule: as many as are in use at once.
final class ExternalPrograms: Sendable {
  private let rule: ExternalRule
  private let idle = Mutex<[ExternalProgram]>([])

  init(_ rule: ExternalRule) { self.rule = rule }

  /// Returns the answer of a program; a program that fails to answer is ended and not used again.
  func answer(to request: ExternalRequest) throws(EstimationError) -> ExternalAnswer {
    let program: ExternalProgram
    if let known = idle.withLock({ $0.popLast() }) {
      program = known
    } else {
      program = try ExternalProgram(rule)
    }
    let answer = try program.answer(to: request)
    idle.withLock { $0.append(program) }
    return answer
  }
}
