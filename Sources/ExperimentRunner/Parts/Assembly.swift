internal import ResultRecords
internal import TensorIO

/// Whether the stored results of a plan are all there, and the tables of them.
///
/// Assembling computes nothing. A cell that failed in every run that tried it is shown as such, as in a table of
/// one run.
package struct Assembly: Sendable {
  private let plan: ExperimentPlan

  /// - Parameter plan: A whole plan that includes failures.
  package init(_ plan: ExperimentPlan) { self.plan = plan }

  /// What is missing, a line each: cells, profiles and rows of networks, in the order of the plan.
  package var missing: [String] {
    let cells = plan.cells.filter {
      plan.finished[$0.address] == nil && plan.failedBefore[$0.address] == nil
    }
    // A tensor that cannot be read has failed cells, and no profile.
    let failed = Set(
      plan.cells.lazy.filter { plan.failedBefore[$0.address] != nil }.map(\.tensorIndex))
    let profiles = plan.profileRequests.filter {
      plan.finishedProfiles[$0.address] == nil && !failed.contains($0.tensorIndex)
    }
    return cells.map { "cell \($0.key)" } + profiles.map { "profile of \($0.tensor.name)" }
      + plan.networkWays.filter { !$0.isKept }.map { "network row \($0.key)" }
  }

  /// The results, with nothing computed.
  package func finished() -> FinishedExperiment {
    FinishedExperiment(
      plan: plan, entries: plan.finished.merging(plan.failedBefore) { kept, _ in kept },
      networks: (plan.networkWays.compactMap(\.kept), 0), profiles: plan.finishedProfiles,
      computed: 0, seconds: 0)
  }
}
