internal import ArgumentParser
internal import ExperimentRunner
internal import ResultRecords
internal import TensorIO

/// The options of `estimate` for batches: how to form them, and which of them to calibrate on.
struct BatchOptions: ParsableArguments {
  @Flag(help: "The FILEs are batches of one tensor, in this order, not tensors of their own.")
  var batches = false

  @Option(help: "Cut the leading axis of each FILE into N batches.")
  var batchCount: Int?

  @Option(
    help: ArgumentHelp(
      "Calibrate on the first N batches, or on those from A to B, and measure the rest.",
      discussion: "Batches count from 0; 0..1+4..7 leaves some out.", valueName: "N|A..B"))
  var calibrate: String?

  @Option(
    help: ArgumentHelp("Measure these batches, instead of all others.", valueName: "A..B"))
  var holdOut: String?

  /// The tensors of the command line: all files together are batches of one tensor, or each tensor
  /// in them is one.
  ///
  /// A file that cannot be opened is a subject too, whose files are an error.
  func subjects(_ files: [String]) throws -> [TensorSubject] {
    guard !batches || batchCount == nil else {
      throw LabFailure.usage("--batches and --batch-count exclude each other; expected one of them")
    }
    if let batchCount, !(1...BatchSet.maximumCount).contains(batchCount) {
      throw LabFailure.usage(
        "--batch-count cannot be \(batchCount); expected a whole number from 1 to "
          + "\(BatchSet.maximumCount)")
    }
    return batches ? [TensorSubject(batches: files)] : TensorSubject.each(of: files)
  }

  func calibration() throws -> CalibrationChoice {
    guard let calibrate else {
      guard holdOut == nil else {
        throw LabFailure.usage("--hold-out needs --calibrate; expected --calibrate N or A..B")
      }
      return .all
    }
    guard let choice = CalibrationChoice(calibrate) else {
      throw LabFailure.usage(
        "--calibrate cannot be '\(calibrate)'; expected a number of batches, or batches such as 0..3"
      )
    }
    guard let holdOut else { return choice }
    guard let set = BatchSet(holdOut) else {
      throw LabFailure.usage("--hold-out cannot be '\(holdOut)'; expected batches such as 4..7")
    }
    return choice.measured(on: set)
  }
}
