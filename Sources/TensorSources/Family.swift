extension SyntheticTensor {
  /// The law the elements of a tensor are drawn from, at unit scale.
  ///
  /// What the unit is, and what the parameters may be, is told by ``SyntheticTensor/families``.
  public enum Family: Hashable, Sendable {
    /// Normal with standard deviation 1.
    case gaussian

    /// Laplace with scale 1: variance 2.
    case laplace

    /// Student's t with scale 1; the fewer degrees of freedom, the heavier its tails.
    case studentT(degreesOfFreedom: Double)

    /// Cauchy with scale 1: neither mean nor variance.
    case cauchy

    /// Logistic with scale 1: variance `pi^2 / 3`.
    case logistic

    /// The exponential of a normal variable of standard deviation `sigma`: median 1.
    case lognormal(sigma: Double)

    /// Uniform on the interval from -1 to 1.
    case uniform

    /// Exponential with mean 1.
    case exponential

    /// `max(0, z)` of a standard normal `z`: half of all elements are zero.
    case relu

    /// `z * P(Z <= z)` of a standard normal `z`.
    case gelu

    /// Two normals of standard deviation 1 around `-separation / 2` and `separation / 2`.
    case bimodal(separation: Double)

    /// Softmax rows along the last axis, of normal logits with standard deviation `scale`.
    case softmax(scale: Double)

    /// The name of the family in manifests and tensor names.
    public var identifier: String {
      switch self {
      case .gaussian: "gaussian"
      case .laplace: "laplace"
      case .studentT: "student-t"
      case .cauchy: "cauchy"
      case .logistic: "logistic"
      case .lognormal: "lognormal"
      case .uniform: "uniform"
      case .exponential: "exponential"
      case .relu: "relu"
      case .gelu: "gelu"
      case .bimodal: "bimodal"
      case .softmax: "softmax"
      }
    }

    /// The values of the parameters, in the order of the family's description.
    public var parameterValues: [Double] {
      switch self {
      case .studentT(let value), .lognormal(let value), .bimodal(let value), .softmax(let value):
        [value]
      case .gaussian, .laplace, .cauchy, .logistic, .uniform, .exponential, .relu, .gelu:
        []
      }
    }

    /// Whether negative elements are outside the law or all but so: a huge outlier is positive.
    var isOneSided: Bool {
      switch self {
      case .lognormal, .exponential, .relu, .gelu, .softmax: true
      case .gaussian, .laplace, .studentT, .cauchy, .logistic, .uniform, .bimodal: false
      }
    }
  }
}
