import NetworkRuntime
import Testing

@Suite("Values of a network")
struct RuntimeValueTests {
  @Test("a value has the bytes that its shape needs, or there is none")
  func sizes() throws {
    #expect(try RuntimeValue([1, 2] as [Float], shape: [2, 1]).floats == [1, 2])
    #expect(try RuntimeValue([5] as [Float], shape: []).count == 1)
    #expect(try RuntimeValue([] as [Int64], shape: [3, 0]).count == 0)
    for shape in [[3], [1], [-1, -2], [2, 0], [Int.max, 2], [Int.max / 4, 3], [1 << 62, 4]] {
      #expect(throws: RuntimeError.self, "\(shape)") {
        try RuntimeValue([1, 2] as [Float], shape: shape)
      }
    }
    #expect(throws: RuntimeError.self) { try RuntimeValue([], type: .string, shape: [0]) }
    #expect(throws: RuntimeError.self) { try RuntimeValue([0], type: .undefined, shape: [1]) }
  }

  @Test("types of less than a byte are packed")
  func packed() throws {
    #expect(RuntimeElementType.int4.byteCount(shape: [3]) == 2)
    #expect(RuntimeElementType.uint2.byteCount(shape: [2, 2]) == 1)
    #expect(RuntimeElementType.int4.byteCount(shape: [1 << 61, 2]) == nil)
    #expect(RuntimeElementType.float16.byteCount(shape: [3]) == 6)
    #expect(RuntimeElementType.complex128.byteCount == 16)
    #expect(RuntimeElementType(rawValue: 16) == .bfloat16)
    #expect(RuntimeElementType(rawValue: 26) == nil)
  }

  @Test("floats are read only from float32")
  func types() throws {
    let value = try RuntimeValue([1, 2, 3, 4, 5, 6, 7, 8], type: .uint8, shape: [8])
    #expect(throws: RuntimeError.unsuitable("a tensor of uint8 is no float32")) { try value.floats }
    #expect(throws: RuntimeError.self) { try value.withFloats { $0.count } }
    #expect(value.withBytes { $0.byteCount } == 8)
    #expect(value.withBytes { $0.unsafeLoad(fromByteOffset: 7, as: UInt8.self) } == 8)
  }

  @Test("memory is filled in place; an error of the filling is passed on")
  func filling() throws {
    let value = try RuntimeValue(type: .float32, shape: [3]) { memory in
      memory.storeBytes(of: 2.5, toByteOffset: 8, as: Float.self)
    }
    #expect(try value.floats == [0, 0, 2.5])
    #expect(throws: RuntimeError.unsuitable("no")) {
      try RuntimeValue(type: .int8, shape: [3]) { _ in throw RuntimeError.unsuitable("no") }
    }
  }
}
