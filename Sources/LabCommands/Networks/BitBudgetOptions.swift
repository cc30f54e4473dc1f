internal import ArgumentParser
internal import ExperimentRunner
internal import Figures
internal import Foundation
internal import ModelFiles
internal import NetworkEvaluation
internal import NetworkQuantization
internal import NetworkRuntime
internal import QuantizationCore
internal import RangeEstimation
internal import RangeFiles
internal import Reports
internal import TensorIO

/// The options of `model quantize` that give weights widths under a budget.
struct BitBudgetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Mixed widths for the weights, 2, 3, 4, 6 or 8 bits each, with at most so many on average: "
        + "those that cost the output least.", valueName: "mean"))
  var bitsBudget: Double?
  @Option(
    help: ArgumentHelp("Where a figure of budgets and costs goes (.svg).", valueName: "file"))
  var figure: String?
  @OptionGroup var compared: ComparedSamples

  /// The widths there are to choose from.
  static let widths = [2, 3, 4, 6, 8].compactMap(BitWidth.init)

  func validate() throws {
    if figure != nil, bitsBudget == nil {
      throw ValidationError("--figure needs --bits-budget, whose choice it shows.")
    }
    guard let bitsBudget else { return }
    let (least, most) = (Self.widths[0].count, Self.widths[Self.widths.count - 1].count)
    guard bitsBudget >= Double(least), bitsBudget <= Double(most) else {
      throw ValidationError("--bits-budget cannot be \(bitsBudget); expected \(least) to \(most).")
    }
  }

  /// Chooses widths and measures them.
  func weights(
    _ calibration: NetworkCalibration, _ rule: NetworkRule, _ run: NetworkCalibration.Run,
    meanBits: Double, _ running: SampleOptions, _ progress: NetworkProgress
  ) throws -> BudgetedWeights {
    // What the whole bits of the budget give to all is what a choice has to beat.
    let rival = BitWidth(Int(meanBits)).flatMap { Self.widths.contains($0) ? nil : $0 }
    let sets = try calibration.rangeSets(
      weights: (Self.widths + [rival].compactMap { $0 }).map(rule.at), activations: nil)
    return try BudgetedWeights(
      calibration.network, meanBits: meanBits, widths: Array(sets.prefix(Self.widths.count)),
      others: Array(sets.dropFirst(Self.widths.count)),
      against: try compared.reference(calibration.network, run.samples, running, run.library),
      workers: calibration.workers
    ) { progress.show("models", $0, $1) }
  }
}

extension BudgetedWeights {
  /// The choice beside one width for all, as Markdown.
  var table: String {
    var table = MarkdownTable([
      "weights", "mean bits", "predicted", "measured", "SQNR predicted", "SQNR", "KL", "agreement",
    ])
    for (bits, measured) in uniform { table.add(row("\(bits) bits each", measured)) }
    table.add(row("mixed", chosen))
    let tolerance =
      allocation.tolerance == 0
      ? "" : String(format: "; costs within %.2g of the least", allocation.tolerance)
    return
      "\(table.text)\nweights quantized, activations in float, \(float.own.samples) samples; "
      + "predicted: the sum of the squared errors of each weight alone; the best of "
      + "\(allocation.front.count) mixes that no other beats in bits and cost\(tolerance)\n"
  }

  private func row(_ name: String, _ measured: Measured) -> [String] {
    let errors = measured.output.errors
    let predicted = measured.predicted
    return [
      name, String(format: "%.3f", measured.meanBits),
      predicted.map { String(format: "%.3g", $0) } ?? "",
      String(format: "%.3g", errors.meanSquaredError),
      predicted.map { NetworkText.decibels(10 * log10(errors.signal / $0)) } ?? "",
      NetworkText.decibels(errors.signalToNoise), String(format: "%.3g", errors.meanDivergence),
      String(format: "%.2f %%", 100 * measured.output.agreement),
    ]
  }

  /// How many weights have each width, and which have the fewest bits and the most.
  var summary: String {
    let bits = chosen.ranges.map(\.grid.bits.count)
    let counts = Set(bits).sorted().map { width in
      let names = zip(bits, chosen.ranges).filter { $0.0 == width }.map(\.1.name)
      let shown = names.prefix(3).map { printable($0, limit: 60) }.joined(separator: ", ")
      return "  \(width) bits: \(counted(names.count, "weight")): \(shown)"
        + (names.count > 3 ? ", ..." : "")
    }
    return counts.joined(separator: "\n")
  }

  /// The figure of budgets and costs.
  func drawing(_ model: String) -> String {
    let signal = float.own.errors.signal
    func place(_ measured: Measured) -> BitBudgetFigure.Place {
      (measured.meanBits, measured.output.errors.meanSquaredError / signal)
    }
    return BitBudgetFigure(
      model: model, front: allocation.front.map { ($0.meanBits, $0.cost / signal) },
      uniform: uniform.map { place($0.measured) },
      chosen: (
        predicted: (chosen.meanBits, (chosen.predicted ?? .nan) / signal), measured: place(chosen)
      )
    ).figure.svg
  }
}
