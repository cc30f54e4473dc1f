import QuantizationKernels
import Testing

@Suite struct WordSortTests {
  @Test(
    "words are sorted, also where many share their leading half",
    arguments: [0, 1, 2, 32, 33, 1000, 65_535, 65_536, 70_001], [0, 1, 2])
  func sorts(count: Int, kind: Int) {
    var state: UInt64 = 3
    var words = (0..<count).map { index in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return switch kind {
      case 0: state
      case 1: state % 3 << 32 | state >> 32
      default: index % 4 == 0 ? state >> 40 : state >> 8
      }
    }
    let wanted = words.sorted()
    Kernels.sortAscending(&words)
    #expect(words == wanted)
  }
}
