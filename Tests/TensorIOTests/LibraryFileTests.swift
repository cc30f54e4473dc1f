import _TestSupport
import TensorIO
import Testing

/// Files that NumPy with ml_dtypes and safetensors have written.
@Suite("Files of libraries")
struct LibraryFileTests {
  private static let values: [Float] = [1.5, -2.25, 0x1p-7, 448, -0x1p-9, 65280]

  private func tensor(_ bytes: [UInt8], _ name: String = "x.npy") throws -> Tensor {
    let directory = try Workspace()
    return try openOne(try directory.file(name, bytes)).load(nonFinite: .skip)
  }

  @Test(
    "bfloat16 is read, whether it is saved as V2 or with the name of its type",
    arguments: [
      LibraryFiles.bfloat16NPY, LibraryFiles.bfloat16Fortran, LibraryFiles.onnxBfloat16,
      npy("|V2", shape: "(2, 3)", data: bfloat16s), npy("V2", shape: "(2, 3)", data: bfloat16s),
      npy("bfloat16", shape: "(2, 3)", data: bfloat16s),
      npy(
        ">V2", shape: "(2, 3)",
        data: bytes([0x3FC0, 0xC010, 0x3C00, 0x43E0, 0xBB00, 0x477F] as [UInt16], bigEndian: true)),
    ])
  func bfloat16(file: [UInt8]) throws {
    let tensor = try tensor(file)
    #expect(tensor.shape == [2, 3] && tensor.values == Self.values)
  }

  private static let bfloat16s = bytes(
    [0x3FC0, 0xC010, 0x3C00, 0x43E0, 0xBB00, 0x477F] as [UInt16])

  @Test("E5M2 is read as NumPy saves it, E4M3 where the file says so")
  func float8() throws {
    #expect(
      try tensor(LibraryFiles.e5m2NPY).values == [1.5, -2, 0x1p-7, 448, -0x1p-9, .infinity])
    let fields = try tensor(LibraryFiles.onnxE4M3).values
    #expect(Array(fields[..<5]) == [1.5, -2.25, 0x1p-7, 448, -0x1p-9] && fields[5].isNaN)
    #expect(try tensor(npy("float8_e4m3fn", shape: "(1,)", data: [0x7E])).values == [448])
    #expect(try tensor(npy("float8_e5m2", shape: "(1,)", data: [0x7B])).values == [57344])
    #expect(
      try failure(of: LibraryFiles.e4m3NPY)
        == "x.npy: unsupported element type '<V1' (bytes whose type NumPy has not saved; 8-bit "
        + "floats can be saved as float32, or in a .safetensors file); \(ElementType.expectation)")
  }

  @Test("every byte of both 8-bit types has the value of ml_dtypes")
  func everyByte() throws {
    let directory = try Workspace()
    let path = try directory.file("f.safetensors", LibraryFiles.float8Safetensors)
    let expected = try directory.file("f.npz", LibraryFiles.float8Values)
    for type in ["e4m3", "e5m2"] {
      let ours = try openOne("\(path)#\(type)").load(nonFinite: .skip).values
      let theirs = try openOne("\(expected)#\(type)").load(nonFinite: .skip).values
      for (our, their) in zip(ours, theirs) {
        #expect(our.bitPattern == their.bitPattern || our.isNaN && their.isNaN, "\(type) \(their)")
      }
      #expect(ours.count == 256)
    }
  }

  @Test("a container says in one line what it holds besides")
  func leftOut() throws {
    let directory = try Workspace()
    let safe = try TensorFile.listing(
      try directory.file("f.safetensors", LibraryFiles.float8Safetensors))
    #expect(safe.tensors.map(\.member) == ["b", "e4m3", "e5m2"])
    #expect(safe.tensors.map(\.elementType) == [.bfloat16, .float8E4M3, .float8E5M2])
    #expect(
      safe.remark == "f.safetensors: left out 1 member that is no float tensor: ids (I64)")
    let archive = try TensorFile.listing(try directory.file("m.npz", LibraryFiles.mixedNPZ))
    #expect(archive.tensors.map(\.stem) == ["m#v", "m#w"])
    #expect(try archive.tensors[1].load(nonFinite: .error).values == Self.values)
    #expect(archive.leftOut.map(\.type) == ["<i8"])
    #expect(try TensorFile.listing(directory.path("m.npz#w")).remark == nil)
  }

  @Test("records of one field are that field, others are left alone")
  func records() throws {
    func record(_ descriptor: String, _ data: [UInt8]) -> [UInt8] {
      npy(
        header: "{'descr': \(descriptor), 'fortran_order': False, 'shape': (1,)}", data: data)
    }
    #expect(try tensor(record("[('x', '<f4')]", float32([3]))).values == [3])
    #expect(try tensor(record("[('x', '<V2')]", [0xC0, 0x3F])).values == [1.5])
    #expect(try tensor(record("[('e5m2', '|u1')]", [0x3E])).values == [1.5])
    for other in [
      "[('x', '<f4', (2,))]", "[('x', '|u1')]", "[('e5m2', '<u2')]", "[('bfloat16', '|u1')]", "[]",
      "['x']", "[('x', '<f4'), ('y', '<f4')]",
    ] {
      #expect(
        try failure(of: record(other, float32([3])))
          == "x.npy: unsupported element type (structured records); \(ElementType.expectation)")
    }
  }
}
