internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import NetworkEvaluation
internal import NetworkRuntime
internal import QuantizationCore
internal import RangeFiles
internal import ResultRecords
internal import TensorIO

/// `rangelab ranges score`: what ranges that others chose cost the tensors they are for.
struct RangesScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Measure ranges, whoever chose them, beside the best ones.",
    discussion: """
      Each range is measured on its tensor: the error, its parts by clipping and rounding, and the \
      regret, how much more that is than the certified least error of the same codes and lanes (up \
      to 8 bits). Several files stand side by side; a file is called by its name without '.json', or \
      by NAME=FILE.

      Tensors come from a model, activations from one float run of samples (--model, --data), or from \
      tensor files. Biases are left out: their scales are products of others.

      Ranges whose zero lies between two codes are measured as they are, beside the best range that has a \
      zero point.

      --format csv is a results table: 'rangelab report' and 'compare' read it.

      EXAMPLES
        rangelab ranges score theirs.json ours.json --model model.onnx --data calibration.npz
        rangelab ranges score ranges.json weights.safetensors --max-regret 0.5
        rangelab ranges score theirs.json --model model.onnx --data calibration.npz -o better.json

      EXIT CODES
        0 done; 2 a range has more regret than --max-regret; 64 usage; 65 bad input; 66 no such file.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, markdown, json, csv }

  @Argument(
    help: ArgumentHelp("Ranges (.json) and tensor files (all others).", valueName: "file"))
  var files: [String]
  @Option(help: ArgumentHelp("The float model (.onnx).", valueName: "file")) var model: String?
  @Option(help: ArgumentHelp("The samples (.npz or .npy).", valueName: "file")) var data: String?
  @Option(
    help: ArgumentHelp(
      "The most regret that a range may have; 0.5 is half as much error again as the best range has.",
      valueName: "share"))
  var maxRegret: Double?
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Where the ranges of the first file go, with the best range for every tensor.",
      valueName: "file"))
  var output: String?
  @Option(help: "How results are printed.") var format: Format = .text
  @OptionGroup var running: SampleOptions
  @OptionGroup var jobs: JobOptions

  func validate() throws {
    if let maxRegret, !(maxRegret >= 0) {
      throw ValidationError("--max-regret cannot be \(maxRegret); expected 0 or more.")
    }
    guard model != nil || data == nil else {
      throw ValidationError("--data is for activations of a --model.")
    }
  }

  mutating func run() throws {
    try reportingFailure {
      let (sets, tensors) = try inputs()
      var outputs = OutputGuard(
        inputs: sets.map(\.path) + tensors + [model, data].compactMap(\.self))
      if let output { try outputs.claimEarly(output, for: "--output") }
      let scores = try scores(of: sets.map { ($0.name, $0.ranges) }, tensors)
      let document = ScoreDocument(scores, sets: sets.map(\.name))
      switch format {
      case .text, .markdown: print(document.text, terminator: "")
      case .json: print(try EstimateDocument.json(document), terminator: "")
      case .csv: print(ResultTable.text(scores.map(\.record)), terminator: "")
      }
      if let output {
        let better = sets[0].ranges.improved(by: scores.filter { $0.set == 0 })
        try writeAtomically(String(decoding: try better.json(), as: UTF8.self), to: output)
      }
      try gate(scores, sets.map(\.name))
    }
  }

  /// The files of ranges with their names, and the tensor files.
  private func inputs() throws -> (
    sets: [(name: String, path: String, ranges: RangeSet)], tensors: [String]
  ) {
    var sets: [(name: String, path: String, ranges: RangeSet)] = []
    var tensors: [String] = []
    for file in files {
      let parts = file.split(separator: "=", maxSplits: 1).map(String.init)
      let path =
        parts.count == 2 && !file.hasPrefix("=") && FileVersion(path: file) == nil ? parts[1] : file
      guard path.hasSuffix(".json"), !path.hasSuffix(".index.json") else {
        tensors.append(file)
        continue
      }
      let name = path == file ? fileStem(of: path) : parts[0]
      guard !sets.contains(where: { $0.name == name }) else {
        throw LabFailure.usage("two files are called '\(printable(name))'; expected NAME=FILE")
      }
      sets.append((name, path, try RangeSet(file: path, allowsUnaligned: true)))
    }
    guard !sets.isEmpty else { throw LabFailure.usage("no file of ranges (.json)") }
    guard (model == nil) != tensors.isEmpty else {
      throw LabFailure.usage(
        model == nil
          ? "nothing to measure on; expected --model or tensor files"
          : "both a --model and tensor files; expected one of them")
    }
    return (sets, tensors)
  }

  private func scores(
    of sets: [RangeScoring.NamedSet], _ tensors: [String]
  ) throws -> [ScoredRange] {
    let progress = NetworkProgress("score")
    let scoring = RangeScoring(sets, workers: jobs.workers, progress: progress.show)
    guard let model else { return try scoring.scores(files: Self.named(tensors)) }
    let run = try data.map { data in
      let library = try running.openLibrary()
      let session = try Session(model, library: library)
      return NetworkCalibration.Run(
        try running.samples(data, for: session), batchSize: running.batchSize,
        threads: running.threads, library: library)
    }
    return try scoring.scores(model: model, run: run)
  }

  /// The tensors of files under the names that ranges may have for them: that of the member of a
  /// container, or of the file without its ending.
  private static func named(_ files: [String]) throws -> [String: String] {
    var named: [String: String] = [:]
    for header in try files.flatMap({ try TensorHeader.all(of: $0) }) {
      let name = header.member ?? header.stem
      guard named.updateValue(header.specification, forKey: name) == nil else {
        throw LabFailure.usage(
          "two tensors are called '\(printable(name))'; expected every name once")
      }
    }
    return named
  }

  private func gate(_ scores: [ScoredRange], _ sets: [String]) throws {
    guard let maxRegret else { return }
    // A best range without error makes every other infinitely worse.
    let worse = scores.filter { ($0.range.regret ?? 0) > maxRegret }
    guard let worst = worse.max(by: { $0.range.regret ?? 0 < $1.range.regret ?? 0 }) else { return }
    StandardError.say(
      "\(worse.count) of \(scores.count) ranges have more regret than \(maxRegret); the worst is "
        + "'\(printable(worst.range.name))' of \(sets[worst.set]) with "
        + String(format: "%.3g", worst.range.regret ?? 0))
    throw ExitCode(LabExit.regression.rawValue)
  }
}

extension RangeSet {
  /// The best range in place of each that has been measured and is not the best.
  fileprivate func improved(by scores: [ScoredRange]) -> RangeSet {
    let best = Dictionary(
      scores.map {
        ($0.range.name, $0.lows == nil && $0.range.regret == 0 ? $0.range : $0.best ?? $0.range)
      },
      uniquingKeysWith: { first, _ in first })
    return RangeSet(
      model: model,
      tensors: tensors.map { $0.kind == .bias ? $0 : best[$0.name] ?? $0 }
        + unaligned.filter { $0.steps.grid.bits.fitsByte }.compactMap { best[$0.name] },
      unaligned: unaligned.filter { !$0.steps.grid.bits.fitsByte })
  }
}
