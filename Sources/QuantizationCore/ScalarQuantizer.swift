/// The arithmetic of one number: the definition that every fast path must reproduce bit for bit.
extension QuantizationParameters {
  /// The code of a finite real: `saturate(roundHalfEven(x / scale) + zeroPoint)`, or of the level of a
  /// table that is nearest to `x / scale`.
  public func code(of value: Float) -> Int {
    if let table = grid.family.table { return Int(table.codes[table.place(of: value / scale)]) }
    let step = (value / scale).rounded(.toNearestOrEven)
    // Saturate before leaving Float: x / scale may be far beyond any integer.
    let low = Float(grid.minimumCode - zeroPoint)
    let high = Float(grid.maximumCode - zeroPoint)
    return Int(min(max(step, low), high)) + zeroPoint
  }

  /// The real a code stands for: `Float32(code - zeroPoint) * scale`, or its level times the scale.
  public func value(of code: Int) -> Float {
    (grid.family.table?.levels[code] ?? Float(code - zeroPoint)) * scale
  }

  /// Quantizes and dequantizes one number.
  public func reconstruction(of value: Float) -> Float { self.value(of: code(of: value)) }

  /// Whether a real lies beyond the outermost level, so that its whole error is clipping error.
  public func clips(_ value: Float) -> Bool { Double(value) > upper || Double(value) < lower }
}
