import _TestSupport
import TensorIO
import Testing

@Suite("Element decoding")
struct ElementDecodingTests {
  @Test("every one of the 65536 halves widens to the same bits as the standard library's")
  func allHalves() {
    for pattern in UInt16.min ... .max {
      let expected = Float(Float16(bitPattern: pattern))
      let actual = widened(half: pattern)
      if expected.isNaN {
        #expect(actual.isNaN)
      } else {
        #expect(actual.bitPattern == expected.bitPattern, "half \(pattern)")
      }
    }
  }

  @Test("subnormal halves are exact")
  func subnormalHalves() throws {
    let directory = try Workspace()
    let halves: [UInt16] = [0x0001, 0x03FF, 0x8001, 0x0400, 0x8000]
    let path = try directory.file("h.npy", npy("<f2", shape: "(5,)", data: bytes(halves)))
    let values = try readAll(path)[0].values
    #expect(values == [0x1p-24, 0x3FFp-24, -0x1p-24, 0x1p-14, 0])
    #expect(values[4].sign == .minus)
  }

  @Test("both byte orders of every width give the same values", arguments: [false, true])
  func byteOrders(bigEndian: Bool) throws {
    let directory = try Workspace()
    let mark = bigEndian ? ">" : "<"
    let halves = bytes([0x3C00, 0xC180, 0x7BFF] as [UInt16], bigEndian: bigEndian)
    let singles = float32([1, -2.75, 65504], bigEndian: bigEndian)
    let doubles = float64([1, -2.75, 65504], bigEndian: bigEndian)
    for (type, data) in [("f2", halves), ("f4", singles), ("f8", doubles)] {
      let path = try directory.file("\(type).npy", npy(mark + type, shape: "(3,)", data: data))
      #expect(try readAll(path)[0].values == [1, -2.75, 65504], "\(mark)\(type)")
    }
  }

  @Test("float64 rounds to the nearest float32, ties to even")
  func rounding() throws {
    let directory = try Workspace()
    let ulp = 0x1p-23
    let values = [1 + ulp / 2, 1 + 3 * ulp / 2, 1 + ulp / 2 + 0x1p-50, 1e-46]
    let path = try directory.file("r.npy", npy("<f8", shape: "(4,)", data: float64(values)))
    let expected: [Float] = [1, 1 + 2 * Float(ulp), 1 + Float(ulp), 0]
    #expect(try readAll(path)[0].values == expected)
  }

  @Test("a finite float64 beyond float32 is an error under either policy, an infinity is not")
  func overflow() throws {
    let largest = Double(Float.greatestFiniteMagnitude)
    // Halfway to the next power of two is where rounding turns to infinity.
    let halfway = largest + 0x1p103
    let data = float64([largest, halfway.nextDown, -halfway, 1e300])
    let file = npy("<f8", shape: "(4,)", data: data)
    for policy in NonFinitePolicy.allCases {
      #expect(
        try failure(of: file, nonFinite: policy)
          == "x.npy: value -3.4028235677973366e+38 at index 2 is beyond the range of float32; "
          + "expected magnitudes up to 3.4028235e+38")
    }
    let directory = try Workspace()
    let infinite = npy("<f8", shape: "(2,)", data: float64([1, .infinity]))
    let path = try directory.file("i.npy", infinite)
    #expect(try readAll(path, nonFinite: .skip)[0].values == [1, .infinity])
  }

  @Test("an overflow in a Fortran array names the index in C order")
  func fortranOverflow() throws {
    // In the file: (0,0), (1,0), (0,1); so the third is index 1 of three columns.
    let data = float64([1, 2, 1e39, 4, 5, 6])
    let file = npy("<f8", shape: "(2, 3)", data: data, fortran: true)
    #expect(try failure(of: file).contains("value 1e+39 at index 1 is"))
  }
}
