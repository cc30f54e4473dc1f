import _TestSupport
import Foundation
import TensorIO
import Testing

/// What npz and safetensors files have in common: names, order, and tensors that cannot be read.
@Suite("Containers")
struct ContainerTests {
  /// A safetensors file of float32 vectors, in the order given.
  static func safe(_ tensors: [(name: String, values: [Float])]) -> [UInt8] {
    var offset = 0
    let entries = tensors.map { tensor in
      defer { offset += 4 * tensor.values.count }
      return #""\#(tensor.name)":{"dtype":"F32","shape":[\#(tensor.values.count)],"#
        + #""data_offsets":[\#(offset),\#(offset + 4 * tensor.values.count)]}"#
    }
    return safetensors(
      header: "{\(entries.joined(separator: ","))}", data: float32(tensors.flatMap(\.values)))
  }

  static func archive(_ tensors: [(name: String, values: [Float])]) -> [UInt8] {
    zip(tensors.map { ZipMember(name: "\($0.name).npy", content: npy($0.values)) })
  }

  private static let makers: [(String, @Sendable ([(name: String, values: [Float])]) -> [UInt8])] =
    [
      ("c.safetensors", { safe($0) }), ("c.npz", { archive($0) }),
    ]

  private func container(
    _ index: Int, _ tensors: [(name: String, values: [Float])]
  ) throws -> (Workspace, String) {
    let directory = try Workspace()
    let (name, make) = Self.makers[index]
    return (directory, try directory.file(name, make(tensors)))
  }

  @Test("tensors are listed in the order of their numbers", arguments: 0..<2)
  func order(kind: Int) throws {
    let names = ["arr_10", "arr_2", "arr_1", "arr_02", "B", "a.10.w", "a.9.w"]
    let (directory, path) = try container(kind, names.map { ($0, [1]) })
    defer { withExtendedLifetime(directory) {} }
    #expect(
      try TensorFile.open(path).map(\.member)
        == ["B", "a.9.w", "a.10.w", "arr_1", "arr_02", "arr_2", "arr_10"])
  }

  @Test("patterns choose tensors, but a name that is there wins", arguments: 0..<2)
  func patterns(kind: Int) throws {
    let names = ["l.0.weight", "l.0.bias", "l.1.weight", "l.10.weight", "l.*", "x[1]"]
    let (directory, path) = try container(kind, names.map { ($0, [1]) })
    defer { withExtendedLifetime(directory) {} }
    func members(_ pattern: String) throws -> [String?] {
      try TensorFile.open("\(path)#\(pattern)").map(\.member)
    }
    #expect(try members("*.weight") == ["l.0.weight", "l.1.weight", "l.10.weight"])
    #expect(try members("l.?.[a-c]*") == ["l.0.bias"])
    #expect(try members("l.?.[!b]*") == ["l.0.weight", "l.1.weight"])
    #expect(try members("l.*") == ["l.*"])
    #expect(try members("x[1]") == ["x[1]"])
    #expect(try members("*").count == 6)
    let file = path.split(separator: "/").last ?? ""
    #expect(
      try failure("\(path)#*.w")
        == "\(file)#*.w: no tensor of such a name; expected one of 'l.*', 'l.0.bias', "
        + "'l.0.weight', 'l.1.weight', 'l.10.weight', 'x[1]'")
  }

  @Test("an empty tensor is listed, and an error when it is read", arguments: 0..<2)
  func empties(kind: Int) throws {
    let (directory, path) = try container(kind, [("a", [1]), ("none", []), ("z", [2])])
    defer { withExtendedLifetime(directory) {} }
    let tensors = try TensorFile.open(path)
    #expect(tensors.map(\.count) == [1, 0, 1])
    #expect(tensors.map(\.shape) == [[1], [0], [1]])
    let fault = TensorFileError.emptyTensor(name: tensors[1].name, shape: [0])
    #expect(tensors[1].fault == fault && tensors[0].fault == nil)
    #expect(throws: fault) { _ = try tensors[1].load(nonFinite: .skip) }
    #expect(throws: fault) { try tensors[1].forEachBatch(nonFinite: .skip) { _ in } }
    #expect(try openOne(path + "#none").count == 0)
    #expect(try tensors[2].load(nonFinite: .error).values == [2])
  }

  @Test("a single empty .npy file is one, in Fortran order too", arguments: [false, true])
  func emptyFile(fortran: Bool) throws {
    let directory = try Workspace()
    let file = npy("<f4", shape: "(2, 0, 3)", data: [], fortran: fortran)
    let tensor = try openOne(try directory.file("e.npy", file))
    #expect(tensor.count == 0 && tensor.shape == [2, 0, 3])
    #expect(throws: TensorFileError.emptyTensor(name: "e.npy", shape: [2, 0, 3])) {
      _ = try tensor.load(nonFinite: .error)
    }
  }

  @Test("names that look alike are two names: bytes decide", arguments: 0..<2)
  func canonicalEquivalence(kind: Int) throws {
    let (one, two) = ("caf\u{E9}", "cafe\u{301}")
    let (directory, path) = try container(kind, [(one, [1]), (two, [2])])
    defer { withExtendedLifetime(directory) {} }
    #expect(try readAll(path).map(\.values) == [[2], [1]])
    #expect(try readAll("\(path)#\(one)").map(\.values) == [[1]])
    #expect(try readAll("\(path)#\(two)").map(\.values) == [[2]])
    // A combining character after the mark does not hide it.
    let (other, marked) = try container(kind, [("\u{301}x", [3])])
    #expect(try readAll("\(marked)#\u{301}x").map(\.values) == [[3]])
    withExtendedLifetime(other) {}
  }

  @Test("a repeated key of a safetensors header is an error, escaped or not")
  func repeatedKeys() throws {
    let entry = #"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#
    let inner = #"{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}"#
    for header in [#"{"a":\#(entry),"a":\#(entry)}"#, #"{"a":\#(entry),"\u0061":\#(entry)}"#] {
      #expect(
        try failure(of: safetensors(header: header, data: float32([1])), as: "m.safetensors")
          .contains("key 'a' occurs more than once at byte "))
    }
    #expect(
      try failure(
        of: safetensors(header: #"{"a":\#(inner)}"#, data: float32([1])), as: "m.safetensors"
      )
      .contains("key 'shape' occurs more than once at byte "))
  }

  @Test("one member that is wrong does not hide the others, nor do two")
  func faultyMembers() throws {
    let directory = try Workspace()
    var broken = npy([9])
    broken[0] = 0
    let archive = try directory.file(
      "w.npz",
      zip([
        ZipMember(name: "a.npy", content: npy([1])),
        ZipMember(name: "cut.npy", content: Array(npy([2, 3]).dropLast(4))),
        ZipMember(name: "header.npy", content: broken),
        ZipMember(name: "method.npy", content: npy([4]), method: 12),
        ZipMember(name: "secret.npy", content: npy([4]), flags: 1),
      ]))
    let tensors = try TensorFile.open(archive)
    #expect(tensors.map(\.member) == ["a", "cut", "header", "method", "secret"])
    #expect(tensors.map { $0.fault == nil } == [true, false, false, false, false])
    #expect(try tensors[0].load(nonFinite: .error).values == [1])
    for tensor in tensors.dropFirst() {
      let error = try #require(throws: TensorFileError.self) {
        _ = try tensor.load(nonFinite: .error)
      }
      #expect(error.description.hasPrefix(tensor.name + ": "))
      #expect(try openOne("\(archive)#\(tensor.member ?? "")").fault == error)
    }
    let header = """
      {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},\
      "b":{"dtype":"F32","shape":[2],"data_offsets":[4,8]},\
      "c":{"dtype":"F32","shape":[-1],"data_offsets":[8,12]}}
      """
    let safe = try directory.file(
      "m.safetensors", safetensors(header: header, data: float32([1, 2, 3])))
    #expect(
      try TensorFile.open(safe).map { $0.fault?.description } == [
        nil, "m.safetensors#b: 4 bytes of data; expected 8 for shape (2,) of float32",
        "m.safetensors#c: negative dimension -1 at axis 0; expected zero or more",
      ])
  }

  @Test("members of an archive that share bytes are refused")
  func overlaps() throws {
    let content = npy([1, 2, 3])
    // The second entry of the directory leads to the first member again.
    var archive = zip([
      ZipMember(name: "a.npy", content: content), ZipMember(name: "b.npy", content: content),
    ])
    let member = 30 + 5 + 7 + content.count
    let second = 2 * member + 46 + 5
    archive.replaceSubrange(second + 42..<second + 46, with: [0, 0, 0, 0])
    #expect(
      try failure(of: archive, as: "w.npz")
        == "w.npz#b: zip member at byte 0 overlaps 'a'; expected it from byte \(member) on")
    // A member that lies in the data of another, as in archives that unpack to terabytes.
    let inner = zip([ZipMember(name: "b.npy", content: content)])
    var nested = zip([
      ZipMember(name: "a.npy", content: Array(inner[..<member])),
      ZipMember(name: "b.npy", content: content),
    ])
    let outer = 30 + 5 + 7 + member
    let place = outer + member + 46 + 5
    nested.replaceSubrange(place + 42..<place + 46, with: [42, 0, 0, 0])
    #expect(try failure(of: nested, as: "w.npz").contains("#b: zip member at byte 42 overlaps 'a'"))
    #expect(try failure(of: nested, as: "w.npz").contains("expected it from byte \(outer) on"))
  }

  @Test("a remark is one line of bounded length, whatever names are in it")
  func remarks() throws {
    let directory = try Workspace()
    let members = (0..<300).map {
      ZipMember(
        name: "\u{1B}[2J\n\u{202E}\($0)\(String(repeating: "x", count: 90)).npy",
        content: npy("<i8", shape: "(1,)", data: bytes([7] as [Int64])))
    }
    let path = try directory.file(
      "w.npz", zip(members + [ZipMember(name: "a.npy", content: npy([1]))]))
    let listing = try TensorFile.listing(path)
    #expect(listing.leftOut.count == 300)
    let remark = try #require(listing.remark)
    #expect(remark.hasPrefix("w.npz: left out 300 members that are no float tensors: "))
    #expect(remark.hasSuffix(" and 292 more"))
    #expect(remark.count < 1500)
    #expect(!remark.unicodeScalars.contains { $0.value < 0x20 || $0 == "\u{202E}" })
  }

  @Test("one of many members is found without reading the header again")
  func manyMembers() throws {
    let directory = try Workspace()
    let names = (0..<5000).map { "layer.\($0).weight" }
    let path = try directory.file("c.safetensors", Self.safe(names.map { ($0, [1, 2]) }))
    func seconds(_ count: Int) throws -> Double {
      let start = ContinuousClock.now
      for name in names[..<count] { _ = try openOne("\(path)#\(name)") }
      return (ContinuousClock.now - start) / .seconds(1)
    }
    // A file is trusted to stay the same once it has been left alone for a moment.
    Thread.sleep(forTimeInterval: 0.2)
    _ = try seconds(1)
    #expect(try seconds(5000) < 10)
  }

  @Test("a header is not kept while the clock is too coarse to show the next change")
  func rapidRewriting() throws {
    let directory = try Workspace()
    for round in 0..<200 {
      let names = round.isMultiple(of: 2) ? ["a", "b"] : ["b", "a"]
      let path = try directory.file("c.safetensors", Self.safe([(names[0], [1]), (names[1], [2])]))
      #expect(try readAll(path + "#a")[0].values == [round.isMultiple(of: 2) ? 1 : 2])
    }
  }

  @Test("a container that is replaced between two readings is read anew")
  func replacement() throws {
    let directory = try Workspace()
    let path = try directory.file("c.safetensors", Self.safe([("a", [1]), ("b", [2])]))
    Thread.sleep(forTimeInterval: 0.2)
    for _ in 0..<2 { #expect(try readAll(path + "#a")[0].values == [1]) }
    _ = try directory.file("c.safetensors", Self.safe([("b", [3]), ("a", [4])]))
    #expect(try readAll(path + "#a")[0].values == [4])
    // The old header again, but with other data, and renamed over the file.
    try writeAtomically(Self.safe([("a", [5]), ("b", [6])]), to: path)
    #expect(try readAll(path + "#a")[0].values == [5])
  }
}
