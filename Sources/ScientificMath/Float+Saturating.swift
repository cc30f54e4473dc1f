extension Float {
  /// Rounds a double to the nearest finite float.
  ///
  /// Beyond the largest finite float the result is that float with the sign of the argument.
  /// A value that is not a number becomes 0: heavy-tailed samplers produce one only as 0 / 0, when
  /// a zero numerator meets a divisor that underflowed.
  public init(saturating value: Double) {
    let limit = Double(Float.greatestFiniteMagnitude)
    self = value.isNaN ? 0 : Float(min(max(value, -limit), limit))
  }
}
