package import QuantizationCore
package import RangeFiles

extension TensorRange {
  /// The axis of the channels or groups, counted from the front where the shape is known.
  package var axis: Int? {
    granularity.onlyAxis.map { $0 < 0 ? $0 + max(shape.count, 1) : $0 }
  }

  /// The same ranges on codes of other integers.
  ///
  /// Reals stay what they are: an unsigned code is a signed one plus 2^(b-1), and so is a zero point. A
  /// narrow grid becomes a full one, which has one more code at its lower end; a full grid on its way to
  /// a narrow one loses that code. A scale that was stored in fewer bits is a Float32 like others.
  package func on(_ levels: LevelSet) -> TensorRange {
    let target = CodeGrid(GridFamily(levels), bits: grid.bits)
    guard target != grid else { return self }
    let half = grid.bits.levels / 2
    let shift = (target.isSigned ? 0 : half) - (grid.isSigned ? 0 : half)
    let moved = zeroPoints.map { target.family.scheme == .symmetric ? 0 : $0 + shift }
    return with(grid: target, scales: scales, zeroPoints: moved)
  }

  /// The same tensor with other quantizers.
  package func with(
    grid: CodeGrid? = nil, scales: [Float]? = nil, zeroPoints: [Int]? = nil
  ) -> TensorRange {
    TensorRange(
      name: name, kind: kind, shape: shape, granularity: granularity, grid: grid ?? self.grid,
      estimator: estimator, scales: scales ?? self.scales,
      zeroPoints: zeroPoints ?? self.zeroPoints,
      meanSquaredError: meanSquaredError, regret: regret)
  }

  /// The same tensor under another name.
  package func named(_ name: String) -> TensorRange {
    TensorRange(
      name: name, kind: kind, shape: shape, granularity: granularity, grid: grid,
      estimator: estimator, scales: scales, zeroPoints: zeroPoints,
      meanSquaredError: meanSquaredError, regret: regret)
  }

  /// The ends of the codes of a lane, counted from its zero point: what a lane stands for, but for the
  /// scale and for how the codes are counted.
  package func levels(ofLane lane: Int) -> ClosedRange<Int> {
    let zeroPoint = zeroPoints[lane]
    return grid.minimumCode - zeroPoint...grid.maximumCode - zeroPoint
  }

  /// The lowest and the highest real of a lane.
  package func ends(ofLane lane: Int) -> (low: Double, high: Double) {
    let (lowest, highest) = grid.outermostLevels(zeroPoint: zeroPoints[lane])
    return (lowest * Double(scales[lane]), highest * Double(scales[lane]))
  }
}

extension Float {
  /// Whether the number may be a scale: a normal Float32 above zero, since quantizers divide by it.
  package var isUsableScale: Bool { isNormal && self > 0 }
}
