import _TestSupport
import ExperimentRunner
import Foundation
import QuantizationCore
import QuantizationKernels
import RangeEstimation
import ResultRecords
import TensorIO
import Testing

@Suite struct TensorProfileTests {
  private func profile(
    _ values: [Float], _ grids: [CodeGrid], shape: [Int]? = nil, cutInto count: Int = 1
  ) throws -> TensorProfile? {
    let shape = shape ?? [values.count]
    let layout = try BatchLayout(cutting: shape, into: count)
    var evaluation = Evaluation(
      try TensorBatches(Tensor(shape: shape, values: values), layout, .tensor))
    return try TensorProfile(measuring: &evaluation, tensor: "x", shape: shape, on: grids)
  }

  /// Four hundred thousand values with long tails.
  private static let long: [Float] = {
    var random = LinearCongruence(seed: 1)
    return (0..<400_000).map { _ in
      let uniform = random.unit() - 0.5
      return Float(uniform / (0.501 - abs(uniform)))
    }
  }()

  @Test("statistics, histogram and levels of eight values, by hand")
  func byHand() throws {
    let four = try grid(.symmetricNarrow, 4)
    let profile = try #require(try profile([7, -2, 0, 1, -1, 2, -0, 1], [four]))
    let found = profile.statistics
    #expect(profile.elements == 8 && profile.dropped == 0)
    #expect(found.minimum == -2 && found.maximum == 7 && found.mean == 1)
    // Squares 36 9 1 0 4 1 1 0 sum to 52, fourth powers 1296 81 1 0 16 1 1 0 to 1396.
    #expect(found.standardDeviation == 6.5.squareRoot())
    #expect(found.excessKurtosis == 174.5 / 42.25 - 3)
    #expect(found.zeroFraction == 0.25 && found.negativeShare == 2.0 / 6)
    // Rank 6.9993 of the magnitudes 0 0 1 1 1 2 2 7.
    #expect(abs(found.tailMagnitude - 6.9965) < 1e-12)
    #expect(abs(try #require(found.tailGap) - 7 / 6.9965) < 1e-12)
    // Bins are 9/240 wide and begin at -2; 1 opens the 81st.
    let counts = profile.histogram.counts
    #expect(counts.count == 240 && profile.histogram.edge(240) == 7)
    #expect(
      counts.indices.filter { counts[$0] > 0 }.map { [$0, counts[$0]] }
        == [[0, 1], [26, 1], [53, 2], [80, 2], [106, 1], [239, 1]])
    // Min-max has a scale of 1: codes 0 and 1 twice, four more once: an entropy of 2.5 bits.
    let onGrid = try #require(profile.profile(on: four))
    #expect(onGrid.levelsUsed == 6 && abs(onGrid.effectiveLevels - exp2(2.5)) < 1e-12)
    #expect(onGrid.optimum?.mse == 0)
  }

  @Test("every point of a curve is what the shared kernel measures there, to five digits")
  func curvePoints() throws {
    let values = Array(Self.long.prefix(70_000)).map { $0 + 0.7 }
    let families: [GridFamily] = [.symmetricNarrow, .symmetricFull, .affineUnsigned, .affineSigned]
    let grids = try families.flatMap { [try grid($0, 3), try grid($0, 8), try grid($0, 11)] }
    let profile = try #require(try profile(values, grids))
    for grid in profile.grids {
      let curve = grid.curve
      #expect(curve.clips.count == 100 && curve.clips == curve.clips.sorted())
      let reach =
        curve.end == .upper
        ? grid.grid.maximumCode - curve.zeroPoint : curve.zeroPoint - grid.grid.minimumCode
      var (worstClip, worstError) = (0.0, 0.0)
      for (index, clip) in curve.clips.enumerated() {
        let parameters = QuantizationParameters(
          scale: clip / Double(reach), zeroPoint: curve.zeroPoint, grid: grid.grid)
        worstClip = max(worstClip, abs(grid.clip(of: parameters) / clip - 1))
        let sums = Kernels.measureError(of: values.span, with: parameters)
        for (shown, exact) in [
          (curve.clipping[index], sums.clippingMSE), (curve.rounding[index], sums.roundingMSE),
        ] {
          worstError = max(worstError, exact == 0 ? shown : abs(shown / exact - 1))
        }
      }
      // The axis says where the range ends, up to the rounding of the scale to Float32.
      #expect(worstClip < 0x1p-23, "\(grid.grid)")
      // Half a unit of the fifth digit.
      #expect(worstError <= 5.001e-5, "\(grid.grid)")
      #expect(curve.clipping.last == 0, "the largest range clips nothing")
      #expect(zip(curve.clipping, curve.clipping.dropFirst()).allSatisfy { $0 >= $1 })
    }
  }

  @Test("no point of a curve is below the certified optimum, and some come close to it")
  func optimum() throws {
    let grids = try [GridFamily.symmetricNarrow, .affineUnsigned].flatMap { family in
      try [2, 4, 8].map { try grid(family, $0) }
    }
    let values = Array(Self.long.prefix(50_000))
    for grid in try #require(try profile(values, grids)).grids {
      let optimum = try #require(grid.optimum)
      let least = try #require(grid.curve.total.min())
      #expect(least >= optimum.lowerBound * (1 - 1e-4))
      // Clip values are up to some 7 % apart here.
      #expect(least < optimum.mse * 1.03)
      #expect(
        optimum.mse
          == Kernels.measureError(
            of: values.span, with: optimum.parameters(on: grid.grid)
          ).mse)
    }
    let wide = try profile(values, [try grid(.symmetricNarrow, 9)])
    #expect(wide?.grids[0].optimum == nil && wide?.grids[0].curve.clips.count == 100)
  }

  @Test("how a tensor falls into batches does not show, in memory or in files")
  func batches() throws {
    let shape = [400, 1000]
    let grids = [try grid(.symmetricNarrow, 4), try grid(.affineUnsigned, 8)]
    let whole = try #require(try profile(Self.long, grids, shape: shape))
    for count in [2, 3, 7, 400] {
      #expect(try profile(Self.long, grids, shape: shape, cutInto: count) == whole, "\(count)")
    }
    let folder = try Workspace()
    try NPYWriter.write(Self.long, shape: shape, to: folder.path + "/x.npy")
    let layout = try BatchLayout(cutting: shape, into: 3)
    var streamed = Evaluation(
      try TensorBatches(files: [folder.path + "/x.npy"], layout, .tensor, nonFinite: .error))
    let profile = try TensorProfile(measuring: &streamed, tensor: "x", shape: shape, on: grids)
    #expect(profile == whole)
  }

  @Test("what was chosen for calibration does not show either")
  func calibration() throws {
    let values = Array(Self.long.prefix(3000))
    let layout = try BatchLayout(cutting: [3, 1000], into: 3)
    let four = try grid(.symmetricNarrow, 4)
    var evaluation = Evaluation(
      try TensorBatches(Tensor(shape: [3, 1000], values: values), layout, .tensor))
    evaluation.select(try #require(CalibrationChoice("1")).split(of: 3))
    let found = try TensorProfile(
      measuring: &evaluation, tensor: "x", shape: [3, 1000], on: [four])
    #expect(found == (try profile(values, [four], shape: [3, 1000])))
  }

  @Test("tensors that leave nothing to choose")
  func awkward() throws {
    let grids = [try grid(.symmetricNarrow, 4), try grid(.affineUnsigned, 8)]
    let zeros = try #require(try profile([0, -0, 0], grids))
    #expect(zeros.statistics.excessKurtosis == nil && zeros.statistics.negativeShare == nil)
    #expect(zeros.statistics.zeroFraction == 1 && zeros.statistics.tailGap == nil)
    #expect(zeros.histogram.counts == [3])
    #expect(zeros.grids.allSatisfy { $0.curve.clips.isEmpty && $0.levelsUsed == 1 })

    // The sum of ten times 0.1 is not ten times 0.1.
    let constant = try #require(try profile([Float](repeating: 0.1, count: 10), grids))
    #expect(constant.statistics.mean == Double(Float(0.1)))
    #expect(constant.statistics.standardDeviation == 0)
    #expect(constant.statistics.excessKurtosis == nil && constant.statistics.tailGap == 1)
    #expect(constant.histogram.counts == [10] && constant.grids[0].curve.clips.count == 100)

    // Scales below the least normal Float32 are not measured.
    let least = Float.leastNonzeroMagnitude
    let tiny = try #require(try profile([least, -least, 0], grids))
    #expect(tiny.grids.allSatisfy { $0.curve.clips.isEmpty })
    #expect(tiny.statistics.standardDeviation > 0)

    let huge = try #require(try profile([3.4e38, -3.4e38, 1], grids))
    #expect(huge.statistics.standardDeviation.isFinite)
    #expect(huge.grids.allSatisfy { !$0.curve.clips.isEmpty })
    #expect(huge.grids.allSatisfy { $0.curve.total.allSatisfy(\.isFinite) })

    let negative = try #require(try profile([-1, -2, -3.3], grids))
    #expect(negative.grids[0].curve.end == .upper && negative.grids[1].curve.end == .lower)
    #expect(negative.statistics.negativeShare == 1)

    let one = try #require(try profile([2.5], grids, shape: [1]))
    #expect(one.elements == 1 && one.statistics.tailMagnitude == 2.5)
  }

  @Test("values that are not finite are counted and left out; none but those is no profile")
  func nonFinite() throws {
    let grids = [try grid(.symmetricNarrow, 4)]
    let holes = try #require(try profile([1, .nan, -3, .infinity], grids))
    #expect(holes.elements == 2 && holes.dropped == 2 && holes.statistics.mean == -1)
    #expect(try profile([.nan, .infinity], grids) == nil)
  }
}
