import ScientificMath
import Testing

@Suite struct StraightLineTests {
  @Test("points of a line give that line, over any number of decades")
  func exact() throws {
    let line = try StraightLine(fitting: [1e4, 1e5, 1e8].map { (x: $0, y: 5 + 0.25 * $0) })
    #expect(abs(line.intercept - 5) < 1e-9 && abs(line.slope - 0.25) < 1e-15)
    #expect(line.value(at: 100) == line.intercept + line.slope * 100)
  }

  @Test("relative squares, by hand: weights 1, 1/4, 1/16")
  func weighted() throws {
    // Normal equations: 21/16 a + 27/16 b = 7/4 and 27/16 a + 41/16 b = 11/4 (times 16: integers).
    let line = try StraightLine(fitting: [(x: 1, y: 1), (x: 2, y: 2), (x: 3, y: 4)])
    let determinant = 21.0 * 41 - 27 * 27
    #expect(abs(line.intercept - (28 * 41 - 27 * 44) / determinant) < 1e-14)
    #expect(abs(line.slope - (21 * 44 - 27 * 28) / determinant) < 1e-14)
  }

  @Test("what is no line, or has no relative error, is refused")
  func refused() {
    #expect(throws: GSLError.self) { try StraightLine(fitting: []) }
    #expect(throws: GSLError.self) { try StraightLine(fitting: [(x: 1, y: 1), (x: 1, y: 2)]) }
    #expect(throws: GSLError.self) { try StraightLine(fitting: [(x: 1, y: 1), (x: 2, y: 0)]) }
  }
}
