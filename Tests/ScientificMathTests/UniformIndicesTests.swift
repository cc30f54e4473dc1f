import ScientificMath
import Testing

@Suite struct UniformIndicesTests {
  /// What GSL documents: the word over the share of words each number has.
  @Test func `numbers are the quotients of words, and words left over give none`() throws {
    var source = try RandomSource(seed: 5)
    for count in [1, 2, 3, 10, 1000, 2000, 20_001, 1 << 31, Int.max] {
      let share = UInt64.max / UInt64(count)
      let indices = UniformIndices(count: count)
      var words = (0..<200).map { _ in source.nextWord() } + [0, 1, .max, .max - 1]
      for number in [1, 2, count / 2, count - 1, count] where number > 0 {
        let (edge, isBeyond) = UInt64(number).multipliedReportingOverflow(by: share)
        if !isBeyond { words += [edge - 1, edge, edge &+ 1] }
      }
      for word in words {
        let quotient = word / share
        #expect(
          indices.index(of: word) == (quotient < UInt64(count) ? Int(quotient) : nil),
          "\(word) of \(count)")
      }
    }
  }
}
