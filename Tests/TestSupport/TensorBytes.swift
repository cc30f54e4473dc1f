/// Tensor files written byte by byte, independent of the code under test.
package enum TensorBytes {
  /// `count` different values from -1 up, in steps that no grid has.
  package static func ramp(_ count: Int) -> [Float] {
    (0..<count).map { -1 + Float($0 * $0) / Float(count * 3) }
  }

  /// A .npy file of float32 in C order.
  package static func npy(_ values: [Float], shape: [Int]) -> [UInt8] {
    npy("<f4", shape, data(values))
  }

  /// A .npy file of elements of a type, such as `<i8`, that lie in C order.
  package static func npy(_ type: String, _ shape: [Int], _ bytes: [UInt8]) -> [UInt8] {
    let axes = shape.map { "\($0)," }.joined()
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(axes)), }"
    while (header.utf8.count + 11) % 64 != 0 { header += " " }
    header += "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0] + little(header.utf8.count, 2)
      + Array(header.utf8) + bytes
  }

  /// A .npz archive: .npy members, stored.
  package static func npz(_ members: [(name: String, values: [Float])]) -> [UInt8] {
    npz(members: members.map { ($0.name, npy($0.values, shape: [$0.values.count])) })
  }

  /// A .npz archive of .npy files, stored.
  package static func npz(members: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var body: [UInt8] = []
    var directory: [UInt8] = []
    for (member, bytes) in members {
      let name = Array("\(member).npy".utf8)
      let size = little(bytes.count, 4)
      // Version, flags, method, time and date, checksum, both sizes, lengths of name and extra.
      let common =
        little(20, 2) + little(0, 4) + little(0, 2) + little(33, 2)
        + little(Int(checksum(bytes)), 4) + size + size + little(name.count, 2) + little(0, 2)
      directory +=
        [0x50, 0x4B, 1, 2, 20, 0] + common + little(0, 10) + little(body.count, 4) + name
      body += [0x50, 0x4B, 3, 4] + common + name + bytes
    }
    let count = little(members.count, 2)
    return body + directory + [0x50, 0x4B, 5, 6] + little(0, 4) + count + count
      + little(directory.count, 4) + little(body.count, 4) + little(0, 2)
  }

  /// A .safetensors file of float32 vectors.
  package static func safetensors(_ members: [(name: String, values: [Float])]) -> [UInt8] {
    var entries: [String] = []
    var body: [UInt8] = []
    for member in members {
      let start = body.count
      body += data(member.values)
      entries.append(
        """
        "\(member.name)":{"dtype":"F32","shape":[\(member.values.count)],\
        "data_offsets":[\(start),\(body.count)]}
        """)
    }
    let header = Array("{\(entries.joined(separator: ","))}".utf8)
    return little(header.count, 8) + header + body
  }

  /// The float32 values as they lie in a file.
  package static func data(_ values: [Float]) -> [UInt8] {
    values.flatMap { little(Int($0.bitPattern), 4) }
  }

  /// The lowest bytes of a whole number, the least first.
  package static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
  }

  /// CRC-32 as in zip, a bit at a time.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var state = ~UInt32(0)
    for byte in bytes {
      state ^= UInt32(byte)
      for _ in 0..<8 { state = state >> 1 ^ (state & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~state
  }
}
