internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import QuantizationCore
internal import RangeEstimation
internal import Reports
internal import TensorIO

/// `rangelab inspect`: prints the profile of a tensor, and the ranges that estimators choose for
/// it.
struct InspectCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Look at tensors: their values, and where estimators clip them.",
    discussion: """
      Shows statistics, a histogram with the chosen ranges below it, and what clipping and rounding \
      cost. Without -e: minmax, percentile, kl and mse; without -b: 4 and 8 bits. With -o, a page \
      and its figures as SVG are written too, of the first \(InspectionPage.mostTensors) tensors.

      EXAMPLES
        rangelab inspect weights.npy
        rangelab inspect model.safetensors#fc.weight -b 4 --granularity channel:0 -o /tmp/fc
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "Tensor files.") var files: [String] = []
  @OptionGroup var options: EstimationOptions
  @Option(help: "How results are printed.") var format: Format = .text
  @OptionGroup var jobs: JobOptions
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Where inspect.html and figures go.", valueName: "dir"))
  var output: String?

  mutating func run(with registry: EstimatorRegistry) throws {
    try reportingFailure {
      let files = options.takeFiles(files, registry)
      guard !files.isEmpty else { throw LabFailure.usage("no tensor file") }
      options.fillIn()
      let (estimators, grids) = (try options.estimators(registry), try options.grids())
      let granularity = try options.laneGranularity()
      let nonFinite = try options.nonFinitePolicy()
      if let output { try InspectOutput.createDirectory(output) }
      let (subjects, workers) = (TensorSubject.each(of: files), jobs.workers)
      let (format, isDrawn, printing) = (format, output != nil, InspectPrinting(format))
      let turns = try TensorTurns(count: subjects.count, workers: workers) { index in
        let found = try TensorInspection(
          subjects[index].files.get()[0], named: subjects[index].name, estimators, on: grids,
          granularity: granularity, nonFinite: nonFinite, workers: workers)
        return InspectPrinting.Answer(found, in: format, isDrawn: isDrawn)
      } failed: { index, reason in
        let name = subjects[index].name
        let found = TensorInspection(
          name: name, failed: reason,
          TensorEstimation.failed(reason, estimators, on: grids, granularity, named: name))
        return InspectPrinting.Answer(found, in: format, isDrawn: isDrawn)
      } each: {
        try printing.add($0)
      }
      try turns.requireOne()
      printing.end()
      let printed = printing.printed
      if let output {
        try InspectOutput(printed.drawn, of: printed.drawableCount).write(
          to: output, inputs: subjects.flatMap(\.paths))
      }
      try turns.finish(hasFailedCell: printed.hasFailedCell)
    }
  }
}
