import TensorIO
import Testing

@Suite("npy faults")
struct NPYFaultTests {
  private let four = float32([1, 2, 3, 4])

  private func header(_ text: String) throws -> String {
    try failure(of: npy(header: text, data: four))
  }

  @Test(
    "element types that are not read are named",
    arguments: [
      ("<i8", "'<i8'"), ("|O", "'|O' (pickled Python objects)"), ("|b1", "'|b1'"),
      ("<c8", "'<c8'"), ("<f16", "'<f16'"), ("|V3", "'|V3'"), ("", "''"),
      ("\u{1B}[2J", "'\\u{1B}[2J'"),
    ])
  func types(descriptor: String, shown: String) throws {
    #expect(
      try failure(of: npy(descriptor, shape: "(4,)", data: four))
        == "x.npy: unsupported element type \(shown); "
        + "expected float8_e4m3fn, float8_e5m2, float16, bfloat16, float32 or float64")
  }

  @Test("structured records are not read")
  func structured() throws {
    let fields = "[('a', '<f4'), ('b', '<f4', (2,))]"
    let text = "{'descr': \(fields), 'fortran_order': False, 'shape': (1,)}"
    #expect(
      try header(text)
        == "x.npy: unsupported element type (structured records); "
        + "expected float8_e4m3fn, float8_e5m2, float16, bfloat16, float32 or float64")
  }

  @Test("a header must have the three keys, once each, with values of their kinds")
  func keys() throws {
    let descr = "'descr': '<f4'"
    let order = "'fortran_order': False"
    let shape = "'shape': (4,)"
    #expect(try header("{\(order), \(shape)}") == "x.npy: npy header lacks the key 'descr'")
    #expect(try header("{\(descr), \(shape)}") == "x.npy: npy header lacks the key 'fortran_order'")
    #expect(try header("{\(descr), \(order)}") == "x.npy: npy header lacks the key 'shape'")
    #expect(
      try header("{\(descr), \(order), \(shape), \(shape)}")
        == "x.npy: npy header has key 'shape' twice")
    #expect(
      try header("{\(descr), \(order), \(shape), 'x': 1}")
        == "x.npy: npy header has unknown key 'x'")
    #expect(try header("(1,)") == "x.npy: npy header is not a dictionary")
    #expect(
      try header("{'descr': 4, \(order), \(shape)}")
        == "x.npy: npy header: 'descr' is not a type; expected a string")
    #expect(
      try header("{\(descr), 'fortran_order': 0, \(shape)}")
        == "x.npy: npy header: 'fortran_order' is not a truth value; expected True or False")
    #expect(
      try header("{\(descr), \(order), 'shape': (4)}")
        == "x.npy: npy header: 'shape' is not a tuple; expected one such as (2, 3)")
    #expect(
      try header("{\(descr), \(order), 'shape': (4, '1')}")
        == "x.npy: npy header: dimension at axis 1 of 'shape' is not an integer")
    #expect(
      try header("{\(descr); \(order)}")
        == "x.npy: npy header: expected ',' or '}' at byte 25; "
        + "expected {'descr': ..., 'fortran_order': ..., 'shape': ...}")
  }

  @Test("shapes that cannot be are refused before anything is sized by them")
  func shapes() throws {
    func shape(_ text: String) throws -> String {
      try failure(of: npy("<f4", shape: text, data: four))
    }
    #expect(
      try shape("(4, -1)") == "x.npy: negative dimension -1 at axis 1; expected zero or more")
    #expect(
      try shape("(4294967296, 4294967296)")
        == "x.npy: shape (4294967296, 4294967296) has more elements than 64 bits can count")
    #expect(
      try shape("(4611686018427387904,)")
        == "x.npy: shape (4611686018427387904,) has more bytes than 64 bits can count")
    #expect(try shape("(0, 4294967296, 4294967296)").contains("more elements than 64 bits"))
    #expect(
      try failure(of: npy("<f4", shape: "(2, 0)", data: []))
        == "x.npy: empty tensor: shape (2, 0) has no elements; expected at least one")
    #expect(try shape("(2, 0)").hasPrefix("x.npy: 16 extra bytes from byte "))
    #expect(try shape("(99999999999999999999,)").contains("number does not fit 64 bits at byte "))
    let many = "(" + String(repeating: "1, ", count: 65) + ")"
    #expect(try shape(many) == "x.npy: 65 dimensions; expected at most 64")
    #expect(
      try shape("(1000000000000,)").hasPrefix("x.npy: data end after 16 bytes; expected 4000000"))
  }

  @Test("data must be exactly as long as the shape says")
  func lengths() throws {
    let start = npy("<f4", shape: "(4,)", data: []).count
    #expect(
      try failure(of: npy("<f4", shape: "(4,)", data: four + [0]))
        == "x.npy: 1 extra bytes from byte \(start + 16); "
        + "expected 16 bytes from byte \(start) for shape (4,) of float32")
    #expect(
      try failure(of: npy("<f4", shape: "(4,)", data: Array(four.dropLast())))
        == "x.npy: data end after 15 bytes; "
        + "expected 16 bytes from byte \(start) for shape (4,) of float32")
    #expect(
      try failure(of: npy("<f8", shape: "(3, 1)", data: four, fortran: true))
        == "x.npy: data end after 16 bytes; "
        + "expected 24 bytes from byte \(start + 1) for shape (3, 1) of float64")
  }

  @Test("the start of the file must be that of a npy file of a known version")
  func preamble() throws {
    #expect(
      try failure(of: [0x93])
        == "x.npy: 1 bytes are too short for a npy header; expected at least 10")
    #expect(
      try failure(of: Array("PK\u{3}\u{4}, not an array".utf8))
        == "x.npy: does not begin like a npy file; expected the bytes 93 4e 55 4d 50 59 at byte 0")
    #expect(
      try failure(of: npy("<f4", shape: "(4,)", data: four, version: 4))
        == "x.npy: npy format version 4.0; expected 1.0, 2.0 or 3.0")
    let version2 = npy("<f4", shape: "(4,)", data: four, version: 2)
    #expect(
      try failure(of: Array(version2.prefix(11)))
        == "x.npy: ends at byte 11, inside the npy header")
    #expect(
      try failure(of: npy(header: "{}", data: four, declaredLength: 500))
        == "x.npy: npy header of 500 bytes reaches beyond the end at byte 29")
    #expect(
      try failure(of: npy(header: "{}", data: four, declaredLength: 20))
        == "x.npy: npy header of 20 bytes reaches beyond the end at byte 29")
    #expect(
      try failure(of: npy(header: "{}", data: four, version: 2, declaredLength: 0xFFFF_FFFF))
        == "x.npy: npy header of 4294967295 bytes reaches beyond the end at byte 31")
    let long = String(repeating: " ", count: 1 << 20)
    #expect(
      try failure(of: npy(header: long, data: four, version: 2))
        == "x.npy: npy header of 1048577 bytes; expected at most 1048576")
  }

  @Test("text from a file cannot break the line nor flood it")
  func hostileText() throws {
    let name = String(repeating: "a", count: 5000)
    let message = try header("{'\(name)': 1}")
    #expect(message.count < 120)
    #expect(try header("{'\u{1B}]0;x\u{7}': 1}").contains("'\\u{1B}]0;x\\u{07}'"))
  }
}
