internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import QuantizationCore
internal import Reports
internal import TensorIO

/// `rangelab inspect`: what a tensor looks like, and what estimators make of it.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Look at tensors: their values, and where estimators clip them.",
    discussion: """
      Shows statistics, a histogram with the chosen ranges below it, and what clipping and rounding \
      cost. Without -e: minmax, percentile, kl and mse; without -b: 4 and 8 bits. With -o, a page \
      and its figures as SVG are written too.

      EXAMPLES
        rangelab inspect weights.npy
        rangelab inspect model.safetensors#fc.weight -b 4 --granularity channel:0 -o /tmp/fc
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "Tensor files.") var files: [String] = []
  @OptionGroup var options: EstimationOptions
  @Option(help: "How results are printed.") var format: Format = .text
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Where inspect.html and figures go.", valueName: "dir"))
  var output: String?

  mutating func run() throws {
    try reportingFailure {
      let files = files + options.takeTrailingFiles()
      guard !files.isEmpty else { throw LabFailure.usage("no tensor file") }
      let isByDefault = options.estimatorTexts.isEmpty
      if isByDefault {
        options.estimatorTexts = ["minmax", "percentile", "kl", "mse"]
      }
      if options.bitTexts.isEmpty { options.bitTexts = ["4", "8"] }
      let (estimators, family) = (try options.estimators(), try options.family())
      let grids = try options.bits().map { CodeGrid(family, bits: $0) }
      let granularity = try options.laneGranularity()
      let nonFinite = try options.nonFinitePolicy()
      let headers = try files.flatMap { try TensorFile.open($0).map(TensorHeader.init) }
      if let output { try InspectOutput.createDirectory(output) }
      let inspected = try headers.map {
        try TensorInspection(
          $0, estimators, on: grids, granularity: granularity, nonFinite: nonFinite)
      }
      if let output { try InspectOutput(inspected.map(\.inspection)).write(to: output) }
      switch format {
      case .text: print(inspected.map(\.inspection.text).joined(separator: "\n"), terminator: "")
      case .json: print(try InspectDocument.json(inspected), terminator: "")
      }
      // What nobody asked for may have no meaning here.
      let hasAll = inspected.flatMap(\.outcomes).allSatisfy { !$0.parameters.isEmpty }
      guard hasAll || isByDefault else { throw ExitCode(LabExit.cellsFailed.rawValue) }
    }
  }
}
