import _TestSupport
import CZlib

/// The bytes of fixed-width integers, in either order.
func bytes<Word: FixedWidthInteger>(_ words: [Word], bigEndian: Bool = false) -> [UInt8] {
  words.flatMap { word in
    withUnsafeBytes(of: bigEndian ? word.bigEndian : word.littleEndian) { Array($0) }
  }
}

func float32(_ values: [Float], bigEndian: Bool = false) -> [UInt8] {
  bytes(values.map(\.bitPattern), bigEndian: bigEndian)
}

func float64(_ values: [Double], bigEndian: Bool = false) -> [UInt8] {
  bytes(values.map(\.bitPattern), bigEndian: bigEndian)
}

/// An .npy file around any header text; `declaredLength` lies about the length of the text.
func npy(
  header: String, data: [UInt8], version: UInt8 = 1, declaredLength: Int? = nil
) -> [UInt8] {
  let text = Array((header + "\n").utf8)
  let length = declaredLength ?? text.count
  let lengthBytes =
    version == 1 ? bytes([UInt16(truncatingIfNeeded: length)]) : bytes([UInt32(length)])
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + lengthBytes + text + data
}

func npy(
  _ descriptor: String, shape: String, data: [UInt8], fortran: Bool = false, version: UInt8 = 1
) -> [UInt8] {
  let order = fortran ? "True" : "False"
  return npy(
    header: "{'descr': '\(descriptor)', 'fortran_order': \(order), 'shape': \(shape), }",
    data: data, version: version)
}

/// One float32 array of one axis.
func npy(_ values: [Float]) -> [UInt8] {
  npy("<f4", shape: "(\(values.count),)", data: float32(values))
}

/// A .safetensors file around any header text.
func safetensors(header: String, data: [UInt8], declaredLength: UInt64? = nil) -> [UInt8] {
  bytes([declaredLength ?? UInt64(header.utf8.count)]) + Array(header.utf8) + data
}

/// What goes into one zip member; the optional fields are lies to be told.
struct ZipMember {
  var name: String
  var content: [UInt8]
  var isDeflated = false
  var method: UInt16?
  var flags: UInt16 = 0
  var checksum: UInt32?
  var declaredSize: UInt32?
  var compressed: [UInt8]?
  /// Writes sizes and offset of the directory entry into a zip64 extra field.
  var isWide = false
}

/// A zip archive with a central directory, built from the format's description.
func zip(_ members: [ZipMember], comment: String = "", wideEnd: Bool = false) -> [UInt8] {
  var archive: [UInt8] = []
  var directory: [UInt8] = []
  for member in members {
    let data = member.compressed ?? (member.isDeflated ? deflated(member.content) : member.content)
    let checksum = member.checksum ?? crc(member.content)
    let size = member.declaredSize ?? UInt32(member.content.count)
    let name = Array(member.name.utf8)
    let offset = archive.count
    let method: UInt16 = member.method ?? (member.isDeflated ? 8 : 0)
    // The extra field of the local header is as long as alignment pleases.
    let padding: [UInt8] = [0xFE, 0xCA, 3, 0, 0, 0, 0]
    archive += bytes([UInt32(0x0403_4B50)]) + bytes([20, member.flags, method, 0, 0] as [UInt16])
    archive += bytes([checksum, UInt32(data.count), size])
    archive += bytes([UInt16(name.count), UInt16(padding.count)]) + name + padding + data

    let extra =
      member.isWide
      ? bytes([1, 24] as [UInt16]) + bytes([UInt64(size), UInt64(data.count), UInt64(offset)]) : []
    directory += bytes([UInt32(0x0201_4B50)])
    directory += bytes([20, 20, member.flags, method, 0, 0] as [UInt16])
    directory += bytes([checksum])
    directory += bytes(
      member.isWide ? [UInt32.max, UInt32.max] : [UInt32(data.count), size])
    directory += bytes([UInt16(name.count), UInt16(extra.count), 0, 0, 0])
    directory += bytes([UInt32(0), member.isWide ? UInt32.max : UInt32(offset)]) + name + extra
  }
  let directoryOffset = archive.count
  archive += directory
  if wideEnd {
    let recordOffset = archive.count
    archive += bytes([UInt32(0x0606_4B50)]) + bytes([UInt64(44)]) + bytes([45, 45] as [UInt16])
    archive += bytes([UInt32(0), 0])
    archive += bytes([UInt64(members.count), UInt64(members.count)])
    archive += bytes([UInt64(directory.count), UInt64(directoryOffset)])
    archive += bytes([UInt32(0x0706_4B50), 0]) + bytes([UInt64(recordOffset)]) + bytes([UInt32(1)])
  }
  archive += bytes([UInt32(0x0605_4B50)])
  archive += bytes([0, 0, UInt16(members.count), UInt16(members.count)])
  archive += bytes(
    wideEnd ? [UInt32.max, UInt32.max] : [UInt32(directory.count), UInt32(directoryOffset)])
  return archive + bytes([UInt16(comment.utf8.count)]) + Array(comment.utf8)
}

func crc(_ content: [UInt8]) -> UInt32 {
  UInt32(crc32_z(0, content.isEmpty ? [0] : content, content.count))
}

/// Raw deflate, as zip wants it.
func deflated(_ content: [UInt8]) -> [UInt8] {
  var input = content
  var stream = z_stream()
  let size = Int32(MemoryLayout<z_stream>.size)
  deflateInit2_(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
  defer { deflateEnd(&stream) }
  var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(content.count))))
  let written = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      let code = deflate(&stream, Z_FINISH)
      precondition(code == Z_STREAM_END)
      return output.count - Int(stream.avail_out)
    }
  }
  return Array(output[..<written])
}
