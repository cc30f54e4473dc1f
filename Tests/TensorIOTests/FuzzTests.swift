import _TestSupport
import Foundation
import TensorIO
import Testing

/// Damaged files must be read or refused; anything else ends the process, and so the test.
@Suite("Damaged files")
struct FuzzTests {
  private static let numbers = [
    "-1", "0", "9223372036854775807", "4294967296", "18446744073709551616", "1e999", "99999999",
  ]

  private static let seeds: [(name: String, file: [UInt8])] = {
    let half = npy("<f2", shape: "(2, 3)", data: bytes([1, 2, 3, 4, 5, 6] as [UInt16]))
    let fortran = npy("<f8", shape: "(3, 2)", data: float64([1, 2, 3, 4, 5, 6]), fortran: true)
    let header = """
      {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},\
      "b":{"dtype":"BF16","shape":[1,2],"data_offsets":[8,12]}}
      """
    return [
      ("x.npy", npy("<f4", shape: "(2, 2)", data: float32([1, 2, 3, 4]))),
      ("x.npy", npy("<f4", shape: "(4,)", data: float32([1, 2, 3, 4]), version: 3)),
      ("x.npy", fortran),
      ("x.npz", zip([ZipMember(name: "a.npy", content: half)])),
      (
        "x.npz",
        zip(
          [
            ZipMember(name: "a.npy", content: half, isDeflated: true),
            ZipMember(name: "b.npy", content: fortran, isDeflated: true, isWide: true),
          ], wideEnd: true)
      ),
      ("x.safetensors", safetensors(header: header, data: [UInt8](repeating: 1, count: 12))),
      ("x.safetensors", LibraryFiles.float8Safetensors), ("x.npz", LibraryFiles.mixedNPZ),
      ("x.npy", LibraryFiles.onnxE4M3),
    ]
  }()

  private static func mutated(
    _ file: [UInt8], using generator: inout SplitMix
  ) -> [UInt8] {
    var file = file
    for _ in 0..<Int.random(in: 1...3, using: &generator) where !file.isEmpty {
      let place = Int.random(in: file.indices, using: &generator)
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: file[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: file[place] = UInt8.random(in: .min ... .max, using: &generator)
      case 2: file.removeSubrange(place...)
      case 3: file.remove(at: place)
      case 4:
        let end = min(place + Int.random(in: 1...8, using: &generator), file.count)
        for index in place..<end { file[index] = Bool.random(using: &generator) ? 0xFF : 0 }
      default:
        // Prefer the place of a number, where it means something.
        let digits = file.indices.filter { (0x30...0x39).contains(file[$0]) }
        let target = digits.randomElement(using: &generator) ?? place
        file.replaceSubrange(
          target...target, with: Array((numbers.randomElement(using: &generator) ?? "").utf8))
      }
    }
    return file
  }

  @Test("are read or refused with a typed error of one line", arguments: 0..<seeds.count)
  func damage(seed: Int) throws {
    let directory = try Workspace()
    let (name, file) = Self.seeds[seed]
    var generator = SplitMix(seed: UInt64(seed) + 1)
    var read = 0
    var refused = 0
    for round in 0..<3000 {
      let damaged = round == 0 ? file : Self.mutated(file, using: &generator)
      let path = try directory.file(name, damaged)
      do {
        for tensor in try TensorFile.open(path) {
          let limit = damaged.count * (name == "x.npz" ? 1032 : 1)
          #expect(tensor.count * tensor.elementType.byteCount <= limit)
          _ = try tensor.load(nonFinite: .skip)
        }
        read += 1
      } catch let error as TensorFileError {
        #expect(!error.isMissingFile)
        #expect(!error.description.contains { $0.isNewline })
        refused += 1
      }
    }
    #expect(read > 0)
    #expect(refused > 1000)
  }

  @Test("cut at every byte are refused", arguments: 0..<seeds.count)
  func truncation(seed: Int) throws {
    let directory = try Workspace()
    let (name, file) = Self.seeds[seed]
    for length in file.indices {
      let path = try directory.file(name, Array(file[..<length]))
      #expect(throws: TensorFileError.self) { _ = try readAll(path) }
    }
  }

  private static let texts: [[UInt8]] = [
    Array("\u{FEFF}1,5;\"2,5\";\u{2212}3\r\n4;5e0;6 # tail\r\n".utf8),
    Array("\"1,5\",2\r3,\u{A0}4,\r".utf8), Array("1\t#N/A\n\t2 3\n".utf8),
    [0xFF, 0xFE] + bytes(Array("1\t2\r\n3\t4\r\n".utf16)),
    [0xFE, 0xFF] + bytes(Array("1,5\t2\n".utf16), bigEndian: true),
  ]

  @Test("texts are read or refused with a typed error of one line", arguments: 0..<texts.count)
  func text(seed: Int) throws {
    let directory = try Workspace()
    var generator = SplitMix(seed: UInt64(seed) + 100)
    for _ in 0..<2000 {
      let path = try directory.file("x.csv", Self.mutated(Self.texts[seed], using: &generator))
      do {
        for tensor in try TensorFile.open(path) {
          #expect(try tensor.load(nonFinite: .skip).count == tensor.count)
        }
      } catch let error as TensorFileError {
        #expect(!error.description.contains { $0.isNewline })
      }
    }
  }

  @Test("indexes of shards, and patterns over them, are read or refused")
  func index() throws {
    let directory = try Workspace()
    _ = try directory.file("m-1-of-2.safetensors", ContainerTests.safe([("a.1", [1]), ("é", [2])]))
    _ = try directory.file("m-2-of-2.safetensors", ContainerTests.safe([("b", [3])]))
    let text = #"""
      {"metadata":{"total_size":12},"weight_map":{"a.1":"m-1-of-2.safetensors",\#
      "\u00e9":"m-1-of-2.safetensors","b":"m-2-of-2.safetensors"}}
      """#
    var generator = SplitMix(seed: 9)
    var read = 0
    for round in 0..<3000 {
      let damaged =
        round == 0 ? Array(text.utf8) : Self.mutated(Array(text.utf8), using: &generator)
      let path = try directory.file("m.safetensors.index.json", damaged)
      let pattern = Self.mutated(Array("#[!b-]?*[a".utf8), using: &generator)
      for suffix in ["", String(decoding: pattern, as: UTF8.self)] {
        do {
          for tensor in try TensorFile.open(path + suffix) {
            _ = try tensor.load(nonFinite: .error)
            read += 1
          }
        } catch let error as TensorFileError {
          #expect(!error.description.contains { $0.isNewline })
        }
      }
    }
    #expect(read > 3)
  }
}
