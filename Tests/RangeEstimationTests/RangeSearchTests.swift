import _TestSupport
import QuantizationCore
import RangeEstimation
import Testing

/// What the searches without a certificate find beyond their first candidates.
@Suite struct RangeSearchTests {
  @Test(
    "the descent comes as close to the best end as its finest step", arguments: [0.337, 0.71, 0.92])
  func descent(share: Double) throws {
    let grid = try grid(.affineUnsigned, 8)
    var search = RangeSearch(grid: grid, data: ClippingRange(0, 10)) { abs($0.upper - 10 * share) }
    search.scan()
    search.descend()
    #expect(abs(search.best.upper - 10 * share) <= 10.0 / 1024)
  }
}
