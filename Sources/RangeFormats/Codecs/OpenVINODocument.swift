internal import QuantizationCore
internal import RangeFiles
internal import TensorIO

/// The file that ``OpenVINORanges`` reads.
struct OpenVINODocument: Decodable {
  let format: String
  let version: Int
  let tensors: [Tensor]

  /// A FakeQuantize.
  struct Tensor: Decodable {
    let name: String
    let kind: String?
    let levels: Int
    let shape: [Int]
    let inputLow: [Float]
    let inputHigh: [Float]
    let outputLow: [Float]?
    let outputHigh: [Float]?
    let tensorShape: [Int]?

    private enum CodingKeys: String, CodingKey {
      case name, kind, levels, shape
      case inputLow = "input_low"
      case inputHigh = "input_high"
      case outputLow = "output_low"
      case outputHigh = "output_high"
      case tensorShape = "tensor_shape"
    }

    /// The quantizers; with low ends in place of zero points where zero lies between two codes.
    func draft(_ place: String, estimator: String) throws(FormatFault) -> RangeDraft {
      func fault(_ reason: String) -> FormatFault { FormatFault(place, reason) }
      guard inputLow.count == inputHigh.count, !inputLow.isEmpty else {
        throw fault("\(inputLow.count) lower and \(inputHigh.count) upper ends; expected as many")
      }
      guard outputLow ?? inputLow == inputLow, outputHigh ?? inputHigh == inputHigh else {
        throw fault("output ends are not the input ends: values are scaled, not only quantized")
      }
      let grid = try grid(fault)
      var (scales, zeroPoints, isAligned): ([Float], [Int], Bool) = ([], [], true)
      for lane in inputLow.indices {
        let ends = RangeEnds(low: inputLow[lane], high: inputHigh[lane])
        guard ends.low.isFinite, ends.high.isFinite, ends.low < ends.high else {
          throw fault(
            "the ends \(ends.low) and \(ends.high) of lane \(lane); expected finite ones in order")
        }
        let read = ends.quantizer(codes: grid.codes)
        // Ends are Float32: the more steps there are up to zero, the less exactly it can be known.
        let tolerance = max(1e-3, Double(read.zeroPoint.magnitude) * 0x1p-21)
        let hasZero = read.distance <= tolerance && grid.codes.contains(read.zeroPoint)
        guard hasZero || grid.family == .affineUnsigned else {
          throw fault(
            "zero lies between two codes of lane \(lane), [\(ends.low), \(ends.high)] in \(levels) levels"
          )
        }
        isAligned = isAligned && hasZero
        scales.append(read.scale)
        zeroPoints.append(read.zeroPoint)
      }
      var draft = RangeDraft(
        place: place, name: name, grid: grid, scales: scales, zeroPoints: zeroPoints,
        estimator: estimator)
      if !isAligned { draft.lows = inputLow }
      draft.kind = try kind.map { (text) throws(FormatFault) in
        guard let kind = TensorRange.Kind(rawValue: text) else {
          throw fault("the kind is \(quoted(text))")
        }
        return kind
      }
      draft.shape = tensorShape
      draft.granularity = try granularity(fault)
      return draft
    }

    /// An even number of levels has unsigned codes, an odd one narrow ones.
    private func grid(_ fault: (String) -> FormatFault) throws(FormatFault) -> CodeGrid {
      let isNarrow = levels % 2 == 1
      let count = isNarrow && levels < .max ? levels + 1 : levels
      guard count > 0, count.nonzeroBitCount == 1, let bits = BitWidth(count.trailingZeroBitCount)
      else {
        throw fault("\(levels) levels; expected a power of two from 4 to 65536, or one less")
      }
      return CodeGrid(isNarrow ? .symmetricNarrow : .affineUnsigned, bits: bits)
    }

    private func granularity(_ fault: (String) -> FormatFault) throws(FormatFault) -> Granularity {
      let cut = shape.indices.filter { shape[$0] != 1 }
      guard cut.count <= 1, shape.allSatisfy({ $0 >= 0 }),
        cut.first.map({ shape[$0] }) ?? 1 == inputLow.count
      else {
        throw fault("the shape \(shape) of \(inputLow.count) ends; expected one axis with as many")
      }
      return cut.first.map { .channel(axis: $0) } ?? .tensor
    }
  }
}
