import QuantizationCore
import ResultRecords
import Testing

/// Rows of networks for each rule at 8 and 4 bits, of 1000 samples of which float has 920 right.
func networkRows(
  _ rules: [String], model: String = "net", data: String = "d.npz", hasLabels: Bool = true,
  factor: Double = 1
) -> [NetworkRecord] {
  [8, 4].flatMap { bits in
    rules.enumerated().map { place, rule in
      // At 8 bits all are within their intervals; at 4 bits each rule loses 60 more than the one before.
      let right = bits == 8 ? 918 - place : 800 - 60 * place
      return NetworkRecord(
        NetworkRecord.Key(
          model: model, data: data, estimator: rule, bits: bits, weights: "int\(bits)-narrow",
          activations: "uint\(bits)-affine", granularity: "channel"),
        NetworkRecord.Figures(
          samples: 1000, floatRight: hasLabels ? 920 : nil, right: hasLabels ? right : nil,
          pValue: hasLabels ? (bits == 8 ? 0.25 : 1e-9) : nil, mrr: nil, agreement: 0.9,
          outputMse: factor * 0.01, outputSqnrDb: Double(3 * bits - place), outputCosine: 1,
          outputKl: 0, bytes: 123_456))
    }
  }
}

/// Cells of a weight and an activation of a network for each rule; the later a rule, the more error.
func networkCells(_ rules: [String], model: String = "net") throws -> [ResultRecord] {
  try [8, 4].flatMap { bits in
    try rules.enumerated().flatMap { place, rule in
      try ["w", "a"].map { tensor in
        let plain = try record(
          "\(model)#\(tensor)", rule, bits: bits, mse: 1 + Double(place),
          family: tensor == "w" ? .symmetricNarrow : .affineUnsigned)
        guard tensor == "w" else { return plain }
        return ResultRecord(
          key: ResultRecord.Key(
            tensor: plain.key.subject.description, estimator: rule, grid: plain.key.grid,
            granularity: .channel(axis: 0)),
          elements: 10, lanes: 2, values: plain.values, status: .ok)
      }
    }
  }
}
