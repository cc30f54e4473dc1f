extension EstimatorRegistry {
  /// The estimators that come with RangeLab: one line each.
  public static let builtIn = EstimatorRegistry([
    MinMaxEstimator.self,
    PercentileEstimator.self,
    MeanSquaredErrorEstimator.self,
    KullbackLeiblerEstimator.self,
    CrossEntropyEstimator.self,
    KSigmaEstimator.self,
    MovingAverageMinMaxEstimator.self,
    MeanMinMaxEstimator.self,
    ACIQEstimator.self,
    ACIQGridEstimator.self,
    OCTAVEstimator.self,
    OCTAVGridEstimator.self,
    SAWBEstimator.self,
    LSQInitEstimator.self,
    MSEGridEstimator.self,
    GPTQGridEstimator.self,
    GoldenSectionEstimator.self,
    LpEstimator.self,
    GGMLSearchEstimator.self,
    HQQEstimator.self,
    AIMETSqnrEstimator.self,
    NCNNKLEstimator.self,
    MXNetKLEstimator.self,
  ])
}
