/// The table `networks.csv`.
package enum NetworkTable {
  /// The columns, in order; later ones go to the end.
  package static let columns = [
    "model", "data", "estimator", "bits", "weights", "activations", "granularity", "samples",
    "top1", "top1_low", "top1_high", "top1_drop", "p_value", "mrr", "agreement", "output_mse",
    "output_sqnr_db", "output_cosine", "output_kl", "bytes", "status",
  ]

  /// The text of the table.
  ///
  /// - Parameter interval: The interval of a number of right answers.
  package static func text(
    _ records: [NetworkRecord], interval: (_ right: Int, _ samples: Int) -> ClosedRange<Double>
  ) -> String {
    ([columns] + records.map { cells($0, interval) })
      .map { ResultTable.line(cells: $0) + "\n" }.joined()
  }

  private static func cells(
    _ record: NetworkRecord, _ interval: (_ right: Int, _ samples: Int) -> ClosedRange<Double>
  ) -> [String] {
    let key = record.key
    let names = [
      key.model, key.data, key.estimator, "\(key.bits)", key.weights, key.activations,
      key.granularity,
    ]
    guard let figures = record.figures else {
      return names + [String](repeating: "", count: 13) + [record.status]
    }
    func text(_ value: Double?) -> String { value.map { $0 == .infinity ? "inf" : "\($0)" } ?? "" }
    let range = figures.right.map { interval($0, figures.samples) }
    let share = figures.right.map { Double($0) / Double(figures.samples) }
    let drop = figures.right.flatMap { right in
      figures.floatRight.map { Double($0 - right) / Double(figures.samples) }
    }
    return names + [
      "\(figures.samples)", text(share), text(range?.lowerBound), text(range?.upperBound),
      text(drop), text(figures.pValue), text(figures.mrr), text(figures.agreement),
      text(figures.outputMse), text(figures.outputSqnrDb), text(figures.outputCosine),
      text(figures.outputKl), "\(figures.bytes)", record.status,
    ]
  }
}
