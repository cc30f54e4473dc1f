import _TestSupport
import TensorIO
import Testing

@Suite("safetensors")
struct SafetensorsTests {
  private func reading(_ header: String, data: [UInt8] = float32([1, 2])) throws -> String {
    try failure(of: safetensors(header: header, data: data), as: "m.safetensors")
  }

  @Test("the four float types are read, in name order; others are left out")
  func types() throws {
    let directory = try Workspace()
    let header = """
      {"__metadata__":{"format":"pt"},
      "w.half":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},
      "a.brain":{"dtype":"BF16","shape":[1,2],"data_offsets":[4,8]},
      "single":{"dtype":"F32","shape":[2,1],"data_offsets":[8,16]},
      "ids":{"dtype":"I32","shape":[1],"data_offsets":[16,20]},
      "double":{"dtype":"F64","shape":[],"data_offsets":[20,28]}}
      """
    let data =
      bytes([0x3C00, 0x0001, 0x3FC0, 0xFF7F] as [UInt16]) + float32([3, 4]) + [0, 0, 0, 0]
      + float64([0.5])
    let path = try directory.file("m.safetensors", safetensors(header: header, data: data))
    let tensors = try TensorFile.open(path)
    #expect(tensors.map(\.member) == ["a.brain", "double", "single", "w.half"])
    #expect(tensors.map(\.elementType) == [.bfloat16, .float64, .float32, .float16])
    #expect(tensors.map(\.shape) == [[1, 2], [], [2, 1], [2]])
    let values = try tensors.map { try $0.load(nonFinite: .error).values }
    #expect(values == [[1.5, -0x1.FEp127], [0.5], [3, 4], [1, 0x1p-24]])
    #expect(try openOne(path + "#single").name == "m.safetensors#single")
    #expect(
      try failure(path + "#ids")
        == "m.safetensors#ids: unsupported element type 'I32'; "
        + "expected float8_e4m3fn, float8_e5m2, float16, bfloat16, float32 or float64")
    #expect(try failure(path + "#none").contains("no such tensor; expected one of 'a.brain', "))
  }

  @Test("data offsets must cover the data, each byte once")
  func coverage() throws {
    func pair(_ first: String, _ second: String) throws -> String {
      try reading(
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":\#(first)},"#
          + #""b":{"dtype":"F32","shape":[1],"data_offsets":\#(second)}}"#)
    }
    #expect(
      try pair("[0,4]", "[2,6]")
        == "m.safetensors#b: data_offsets [2, 6] overlap another tensor; expected to begin at 4")
    #expect(
      try pair("[0,4]", "[5,8]")
        == "m.safetensors#b: data_offsets [5, 8] leave a hole; expected to begin at 4")
    #expect(
      try pair("[0,4]", "[4,12]")
        == "m.safetensors#b: data_offsets [4, 12] lie beyond the 8 bytes of data in the file")
    #expect(
      try pair("[0,4]", "[4,9223372036854775807]").contains("lie beyond the 8 bytes of data"))
    #expect(try pair("[0,4]", "[4,4]").contains("4 extra bytes after the last tensor, from byte"))
    for offsets in ["[4,0]", "[-4,4]", "[4]", "[4,8,12]", "\"48\"", "[4,1e300]", "[4,8.5]"] {
      #expect(
        try pair("[0,4]", offsets)
          == "m.safetensors#b: safetensors header lacks 'data_offsets'; "
          + "expected [begin, end] with 0 <= begin <= end")
    }
  }

  @Test("shape and type must agree with the offsets")
  func shapes() throws {
    func one(_ shape: String, dtype: String = "F32") throws -> String {
      try reading(#"{"a":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":[0,8]}}"#)
    }
    #expect(
      try one("[3]")
        == "m.safetensors#a: 8 bytes of data; expected 12 for shape (3,) of float32")
    #expect(try one("[2]", dtype: "F16").contains("expected 4 for shape (2,) of float16"))
    #expect(try one("[-2]").contains("negative dimension -2 at axis 0"))
    #expect(try one("[4294967296,4294967296]").contains("more elements than 64 bits can count"))
    #expect(try one("[9223372036854775807]").contains("more bytes than 64 bits can count"))
    #expect(try one("[18446744073709551616]").contains("lacks a 'shape' of integers"))
    #expect(try one("{}") == "m.safetensors#a: safetensors header lacks a 'shape' of integers")
    #expect(try one("[2]", dtype: "F8_E8M0").contains("holds no float tensor but a (F8_E8M0); "))
    #expect(
      try reading(#"{"a":{"shape":[2],"data_offsets":[0,8]}}"#)
        == "m.safetensors#a: safetensors header lacks a 'dtype' string")
    #expect(
      try reading(#"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#, data: [])
        == "m.safetensors#a: empty tensor: shape (0,) has no elements; expected at least one")
  }

  @Test("the header must fit the file, the limit and the syntax")
  func headers() throws {
    func declared(_ length: UInt64) throws -> String {
      try failure(
        of: safetensors(header: "{}", data: [], declaredLength: length), as: "m.safetensors")
    }
    #expect(
      try declared(3)
        == "m.safetensors: safetensors header of 3 bytes reaches beyond the end at byte 10")
    #expect(try declared(.max).contains("header of 18446744073709551615 bytes reaches beyond"))
    let text = "m.safetensors: safetensors header is not a JSON object of tensors"
    #expect(try declared(1) == text + ": unexpected end at byte 9")
    #expect(try declared(0) == text + ": expected '{' at byte 8")
    #expect(try reading("[]") == text + ": expected '{' at byte 8")
    #expect(try reading(#"{"a":"#) == text + ": unexpected end at byte 13")
    #expect(try reading(#"{"a":1}"#).contains("lacks a 'dtype' string"))
    #expect(
      try reading(String(repeating: #"{"a":"#, count: 20_000))
        == text + ": nested too deeply at byte 328")
    #expect(
      try failure(of: [1, 0, 0], as: "m.safetensors")
        == "m.safetensors: 3 bytes are too short for a safetensors header; expected at least 8")
  }

  @Test("a header of more than 100 MB is refused unread")
  func hugeHeader() throws {
    let directory = try Workspace()
    let path = try directory.file("m.safetensors", bytes([100_000_001] as [UInt64]))
    try extend(path, to: 100_000_009)
    #expect(
      try failure(path)
        == "m.safetensors: safetensors header of 100000001 bytes; expected at most 100000000")
  }
}
