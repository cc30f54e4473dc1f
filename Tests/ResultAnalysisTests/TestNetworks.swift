import ResultRecords

/// A row of a network with the figures that matter for an analysis; of 1000 samples.
func network(
  _ estimator: String, bits: Int = 8, right: Int? = 900, float: Int? = 920, sqnr: Double = 20,
  error: Double = 0.01, p: Double? = 0.5, samples: Int = 1000, model: String = "net",
  granularity: String = "channel", activations: String = "uint8-affine"
) -> NetworkRecord {
  NetworkRecord(
    NetworkRecord.Key(
      model: model, data: "d.npz", estimator: estimator, bits: bits, weights: "int8-narrow",
      activations: activations, granularity: granularity),
    NetworkRecord.Figures(
      samples: samples, floatRight: right == nil ? nil : float, right: right, pValue: p, mrr: nil,
      agreement: 0.9, outputMse: error, outputSqnrDb: sqnr, outputCosine: 1, outputKl: 0,
      bytes: 100))
}
