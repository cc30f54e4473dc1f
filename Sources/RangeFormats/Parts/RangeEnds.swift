internal import QuantizationCore
internal import RangeFiles

/// The two ends of a range as a format has them that holds no scale: a reader makes the scale of them.
///
/// ```
/// scale = Float32((high - low) / (qmax - qmin))       zero point = round(qmin - low / scale)
/// ```
/// in Double, as ONNX Runtime and OpenVINO have it.
struct RangeEnds: Hashable {
  /// The least real.
  let low: Float
  /// The greatest real.
  let high: Float

  /// Ends.
  init(low: Float, high: Float) { (self.low, self.high) = (low, high) }

  /// The Float32 nearest to the ends of a lane with which a reader comes to the same scale and zero point.
  ///
  /// Few scales have no such ends; then those next to the true ends are taken, and a reader comes
  /// to a neighbor of the scale.
  init(_ range: TensorRange, lane: Int) {
    let codes = range.levels(ofLane: lane)
    let scale = range.scales[lane]
    let low = Float(Double(codes.lowerBound) * Double(scale))
    let high = Float(Double(codes.upperBound) * Double(scale))
    self.init(low: low, high: high)
    for (below, above) in Self.neighbors {
      // An end at zero stays there, or zero would be between codes.
      guard (codes.lowerBound != 0 || below == 0) && (codes.upperBound != 0 || above == 0) else {
        continue
      }
      let ends = RangeEnds(low: low.moved(below), high: high.moved(above))
      guard ends.low.isFinite, ends.high.isFinite else { continue }
      let read = ends.quantizer(codes: codes)
      if read.scale == scale, read.zeroPoint == 0 {
        self = ends
        return
      }
    }
  }

  /// Why the ends of a tensor cannot be written; nothing where they can.
  static func fault(of range: TensorRange) -> String? {
    let isFinite = range.scales.indices.allSatisfy { lane in
      let ends = range.ends(ofLane: lane)
      return Float(ends.low).isFinite && Float(ends.high).isFinite
    }
    return isFinite ? nil : "an end of its range is beyond Float32"
  }

  private static let neighbors = [0, 1, -1, 2, -2].flatMap { a in [0, 1, -1, 2, -2].map { (a, $0) }
  }
  .sorted { ($0.0.magnitude + $0.1.magnitude) < ($1.0.magnitude + $1.1.magnitude) }

  /// What a reader makes of the ends.
  ///
  /// - Parameter codes: The codes of the type, qmin to qmax.
  /// - Returns: The scale, the zero point, and how far it is from where zero lies.
  func quantizer(codes: ClosedRange<Int>) -> (scale: Float, zeroPoint: Int, distance: Double) {
    let step = (Double(high) - Double(low)) / Double(codes.count - 1)
    let exact = Double(codes.lowerBound) - Double(low) / step
    guard exact.isFinite, exact.magnitude < 1e9 else { return (Float(step), 0, .infinity) }
    let zeroPoint = exact.roundedHalfEven
    return (Float(step), Int(zeroPoint), (exact - zeroPoint).magnitude)
  }
}

extension Float {
  /// The number so many places up or down among the numbers of the type.
  fileprivate func moved(_ places: Int) -> Float {
    var number = self
    for _ in 0..<Int(places.magnitude) { number = places > 0 ? number.nextUp : number.nextDown }
    return number
  }
}
