internal import ArgumentParser
internal import Foundation
internal import RangeEstimation

/// The option for the number of threads.
struct JobOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "How many tensors, or parts of one, are worked on at once.")
  var jobs: Int = ProcessInfo.processInfo.activeProcessorCount

  /// The threads; their number does not affect results.
  var workers: Workers { Workers(jobs) }

  func validate() throws {
    guard jobs >= 1 else { throw ValidationError("--jobs cannot be \(jobs); expected 1 or more.") }
  }
}
