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

  /// One line that says which machines computed the cells, where they had different versions of libm or GSL, so
  /// that the last bits of results may depend on which computed which; nil otherwise.
  ///
  /// Cells of segments that do not say are left out of account.
  package var mixedLibraries: String? {
    var counts = [Int](repeating: 0, count: plan.machines.count)
    for entries in [plan.finished, plan.failedBefore] {
      for machine in entries.values.lazy.compactMap(\.machine) { counts[Int(machine)] += 1 }
    }
    var parts: [String: (cells: Int, hosts: Set<String>)] = [:]
    for (machine, count) in zip(plan.machines, counts) where count > 0 {
      guard let libraries = machine.libraries else { continue }
      parts[libraries, default: (0, [])].cells += count
      parts[libraries]?.hosts.insert(machine.host)
    }
    guard parts.count > 1 else { return nil }
    let texts = parts.sorted { $0.key < $1.key }.map { libraries, part in
      let hosts = part.hosts.sorted()
      let more = hosts.count > Self.hostsListed ? " and \(hosts.count - Self.hostsListed) more" : ""
      return "\(libraries) on \(hosts.prefix(Self.hostsListed).joined(separator: ", "))\(more) "
        + "(\(counted(part.cells, "cell")))"
    }
    return "warning: cells were computed with different libraries, whose last bits may differ: "
      + texts.joined(separator: "; ")
  }

  private static let hostsListed = 5

  /// The results, with nothing computed.
  package func finished() -> FinishedExperiment {
    FinishedExperiment(
      plan: plan, entries: plan.finished.merging(plan.failedBefore) { kept, _ in kept },
      networks: (plan.networkWays.compactMap(\.kept), 0), profiles: plan.finishedProfiles,
      computed: 0, seconds: 0)
  }
}
