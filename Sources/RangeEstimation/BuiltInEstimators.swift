extension EstimatorRegistry {
  /// The estimators that come with RangeLab: one line each.
  public static let builtIn = EstimatorRegistry([
    MinMaxEstimator.self,
    PercentileEstimator.self,
    MeanSquaredErrorEstimator.self,
    KullbackLeiblerEstimator.self,
    CrossEntropyEstimator.self,
    NvidiaEntropyEstimator.self,
    NvidiaMeanSquaredErrorEstimator.self,
    NvidiaPercentileEstimator.self,
    OrtEntropyEstimator.self,
    OrtPercentileEstimator.self,
    TorchHistogramEstimator.self,
    TorchMovingAverageEstimator.self,
  ])
}
