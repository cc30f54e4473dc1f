internal import ModelFiles

/// The rules, by operator.
enum GradientRules {
  /// All rules.
  static func all(_ mode: BatchNormalizationMode) -> [any GradientRule] {
    [
      ConvRule(), ConvTransposeRule(), GemmRule(), MatMulRule(),
      AddRule(), SubRule(), MulRule(), DivRule(), PowRule(), SqrtRule(), ReciprocalRule(),
      SinRule(), CosRule(), ExpRule(), LogRule(),
      NegRule(), AbsRule(), SumRule(), ExtremeRule(), WhereRule(),
      ReluRule(), LeakyReluRule(), PReluRule(), ClipRule(), EluRule(), SoftplusRule(),
      SoftsignRule(), SigmoidRule(), TanhRule(), HardSigmoidRule(), HardSwishRule(), ErfRule(),
      GeluRule(),
      MaxPoolRule(), GlobalMaxPoolRule(), AveragePoolRule(), GlobalAveragePoolRule(),
      BatchNormalizationRule(mode: mode), InstanceNormalizationRule(), LayerNormalizationRule(),
      SoftmaxRule(), LogSoftmaxRule(),
      ReshapeRule(), TransposeRule(), ExpandRule(), IdentityRule(), CastRule(), ConcatRule(),
      SplitRule(), PickRule(), GatherRule(), PadRule(), ResizeRule(), DepthToSpaceRule(),
      SpaceToDepthRule(),
      ReduceMeanRule(), ReduceSumRule(), ReduceL2Rule(), ReduceNormRule(),
      ReduceExtremeRule(),
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
  private static let withoutGradient: Set<String> = [
    "And", "ArgMax", "ArgMin", "Ceil", "Constant", "ConstantOfShape", "Equal", "Floor", "Greater",
    "GreaterOrEqual", "IsInf", "IsNaN", "Less", "LessOrEqual", "NonZero", "Not", "OneHot", "Or",
    "Range", "Round", "Shape", "Sign", "Size", "Xor",
  ]

  /// Whether a node lets no gradient through: those operators, and a Cast to anything but Floats.
  static func blocks(_ node: Node) -> Bool {
    guard node.domain.isEmpty else { return false }
    if node.operation == "Cast" {
      return ModelElementType(rawValue: Int32(node.integer("to") ?? 0))?.isFloat != true
    }
    return withoutGradient.contains(node.operation)
  }
}
