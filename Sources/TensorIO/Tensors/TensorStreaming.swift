internal import Glibc

extension TensorFile {
  /// Reads and decodes some elements in the order of the file, and calls `body` with each batch and the
  /// index in the file of its first element.
  func forEachBatchInFileOrder(
    of elements: Range<Int>, _ body: (Span<Float>, Int) throws -> Void
  ) throws {
    let stream = try openStream(at: elements.lowerBound)
    let capacity = min(elements.count, Self.batchElements)
    let output = RawBuffer(byteCount: capacity * MemoryLayout<Float>.stride)
    // Float32 is read into the output itself and needs no second buffer.
    let input = RawBuffer(byteCount: layout.isFloat32 ? 0 : capacity * layout.type.byteCount)
    var start = elements.lowerBound
    while start < elements.upperBound {
      let length = min(capacity, elements.upperBound - start)
      let bytes = output.prefix(length * MemoryLayout<Float>.stride)
      let values = bytes.bindMemory(to: Float.self)
      if layout.isFloat32 {
        try stream.read(into: bytes)
        layout.decodeInPlace(values)
      } else {
        let encoded = input.prefix(length * layout.type.byteCount)
        try stream.read(into: encoded)
        if let overflow = layout.decode(UnsafeRawBufferPointer(encoded), into: values) {
          throw TensorFileError.outOfRange(
            name: name, index: flatIndex(ofFileIndex: start + overflow.index),
            value: overflow.value)
        }
      }
      try body(UnsafeBufferPointer(values).span, start)
      start += length
    }
    try stream.finish()
  }

  /// Opens the stream of the bytes from an element on.
  ///
  /// If it is the first element, the header is read again and not skipped, because a checksum
  /// includes it.
  private func openStream(at element: Int) throws(TensorFileError) -> any ByteStream {
    guard element == 0 else {
      return try PlainStream(source, from: dataOffset + element * layout.type.byteCount)
    }
    let stream = try source.makeStream()
    if dataOffset > 0 { _ = try stream.bytes(dataOffset) }
    return stream
  }
}

/// Throws if some memory cannot be allocated.
///
/// It allocates the memory and frees it.
///
/// An array that cannot be allocated would end the process. A packed file of a few megabytes of
/// zeros can be larger than memory when it is unpacked, and this must be an error instead.
package func requireMemory(bytes: Int, name: String) throws(TensorFileError) {
  let probe = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  guard let probe, probe != MAP_FAILED else { throw .outOfMemory(name: name, bytes: bytes) }
  munmap(probe, bytes)
}
