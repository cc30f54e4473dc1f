/// The rules, by operator.
enum GradientRules {
  /// All rules.
  static func all(_ mode: BatchNormalizationMode) -> [any GradientRule] {
    [
      ConvRule(), GemmRule(), MatMulRule(),
      AddRule(), SubRule(), MulRule(), DivRule(), PowRule(), SqrtRule(), ExpRule(), LogRule(),
      NegRule(), ReluRule(), LeakyReluRule(), ClipRule(), SigmoidRule(), TanhRule(),
      HardSigmoidRule(), HardSwishRule(), ErfRule(), GeluRule(),
      MaxPoolRule(), AveragePoolRule(), GlobalAveragePoolRule(),
      BatchNormalizationRule(mode: mode), LayerNormalizationRule(), SoftmaxRule(),
      LogSoftmaxRule(),
      ReshapeRule(), TransposeRule(), ExpandRule(), IdentityRule(), ConcatRule(), SplitRule(),
      SliceRule(), GatherRule(),
      ReduceMeanRule(), ReduceSumRule(), ReduceL2Rule(),
      FakeQuantizeRule(),
    ]
  }

  /// The rules by domain and operator.
  static func byOperator(_ mode: BatchNormalizationMode) -> [String: any GradientRule] {
    var rules: [String: any GradientRule] = [:]
    for rule in all(mode) {
      for operation in rule.operators { rules[key(operation, rule.domain)] = rule }
    }
    return rules
  }

  /// How a rule is found.
  static func key(_ operation: String, _ domain: String) -> String { "\(domain):\(operation)" }

  /// The operators that have a rule, in order.
  static let operators = all(.batch).flatMap(\.operators).sorted()

  /// Operators whose results do not change, or jump, when their inputs change a little: their gradient
  /// is zero wherever there is one.
  static let withoutGradient: Set<String> = [
    "And", "ArgMax", "ArgMin", "Ceil", "Constant", "ConstantOfShape", "Equal", "Floor", "Greater",
    "GreaterOrEqual", "IsInf", "IsNaN", "Less", "LessOrEqual", "NonZero", "Not", "OneHot", "Or",
    "Range", "Round", "Shape", "Sign", "Size", "Xor",
  ]
}
