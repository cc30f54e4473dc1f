extension SyntheticTensor {
  /// Every family there is, in the order in which to list them.
  public static let families: [FamilyDescription] = symmetricFamilies + oneSidedFamilies

  /// The entry of a family in the catalog.
  static func description(
    ofFamily identifier: String
  ) throws(SyntheticTensorError) -> FamilyDescription {
    guard let description = families.first(where: { $0.identifier == identifier }) else {
      throw SyntheticTensorError(
        field: "family", value: "\"\(identifier)\"",
        allowed: "one of " + families.map(\.identifier).joined(separator: ", "))
    }
    return description
  }

  private static let symmetricFamilies: [FamilyDescription] = [
    FamilyDescription(
      identifier: "gaussian", formula: "z",
      notes: "Unit: the standard deviation. The weights of most trained layers.",
      parameters: [], build: { _ in .gaussian }),
    FamilyDescription(
      identifier: "laplace", formula: "density exp(-|x|) / 2",
      notes: "Unit: the scale; the variance is 2. The usual model of activations.",
      parameters: [], build: { _ in .laplace }),
    FamilyDescription(
      identifier: "student-t", formula: "z / sqrt(chi2(dof) / dof)",
      notes: "Unit: the scale. Tails of power dof; no variance for dof <= 2.",
      parameters: [
        FamilyDescription.Parameter(
          name: "dof", defaultValue: 3, bounds: 0.1...1e6,
          meaning: "degrees of freedom: fewer mean heavier tails")
      ],
      build: { .studentT(degreesOfFreedom: $0[0]) }),
    FamilyDescription(
      identifier: "cauchy", formula: "density 1 / (pi (1 + x^2))",
      notes: "Unit: the scale; half of all elements lie within it. Neither mean nor variance.",
      parameters: [], build: { _ in .cauchy }),
    FamilyDescription(
      identifier: "logistic", formula: "log(u / (1 - u)), u uniform on (0, 1)",
      notes: "Unit: the scale; the variance is pi^2 / 3. Between gaussian and laplace.",
      parameters: [], build: { _ in .logistic }),
    FamilyDescription(
      identifier: "uniform", formula: "uniform on (-1, 1)",
      notes: "Unit: half the width. The one law for which the full range is the best range.",
      parameters: [], build: { _ in .uniform }),
    FamilyDescription(
      identifier: "bimodal", formula: "z + separation / 2 or z - separation / 2, evenly",
      notes: "Unit: the standard deviation of one mode. A hollow center for large separations.",
      parameters: [
        FamilyDescription.Parameter(
          name: "separation", defaultValue: 6, bounds: 0...1e6,
          meaning: "distance between the two modes")
      ],
      build: { .bimodal(separation: $0[0]) }),
  ]

  private static let oneSidedFamilies: [FamilyDescription] = [
    FamilyDescription(
      identifier: "lognormal", formula: "exp(sigma z)",
      notes: "Unit: the median. Positive, with a tail above every exponential one.",
      parameters: [
        FamilyDescription.Parameter(
          name: "sigma", defaultValue: 1, bounds: 0.001...20,
          meaning: "standard deviation of the logarithm")
      ],
      build: { .lognormal(sigma: $0[0]) }),
    FamilyDescription(
      identifier: "exponential", formula: "density exp(-x), x >= 0",
      notes: "Unit: the mean. One half of laplace.",
      parameters: [], build: { _ in .exponential }),
    FamilyDescription(
      identifier: "relu", formula: "max(0, z)",
      notes: "Unit: the standard deviation of z. Half of all elements are exactly 0.",
      parameters: [], build: { _ in .relu }),
    FamilyDescription(
      identifier: "gelu", formula: "z P(Z <= z)",
      notes: "Unit: the standard deviation of z. Nothing below -0.17, most of it near 0.",
      parameters: [], build: { _ in .gelu }),
    FamilyDescription(
      identifier: "softmax", formula: "exp(scale z_i) / sum of exp(scale z_j) over the last axis",
      notes: "Unit: the probability 1. Attention weights: rows that sum to 1.",
      parameters: [
        FamilyDescription.Parameter(
          name: "scale", defaultValue: 1, bounds: 0.001...1000,
          meaning: "standard deviation of the logits: larger means more peaked rows")
      ],
      build: { .softmax(scale: $0[0]) }),
  ]
}
