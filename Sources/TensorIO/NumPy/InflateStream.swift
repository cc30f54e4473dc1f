internal import CZlib

/// The bytes of a source that is packed by deflate; they are unpacked while they are read.
final class InflateStream: ByteStream {
  private let source: ByteSource
  private let file: ReadableFile
  // zlib keeps a pointer back to this struct, so it must not move.
  private let state: UnsafeMutablePointer<z_stream>
  private let input = RawBuffer(byteCount: 1 << 16)
  private var consumed = 0
  private var produced = 0
  private var hasEnded = false
  private var checksum = Checksum()

  init(_ source: ByteSource) throws(TensorFileError) {
    self.source = source
    file = try source.file.reopened()
    state = .allocate(capacity: 1)
    state.initialize(to: z_stream())
    guard rangelab_inflate_init_raw(state) == Z_OK else {
      throw .outOfMemory(name: source.name, bytes: 1 << 16)
    }
  }

  deinit {
    inflateEnd(state)
    state.deinitialize(count: 1)
    state.deallocate()
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TensorFileError) {
    let received = try inflate(into: buffer)
    guard received == buffer.count else {
      throw .malformed(
        name: source.name,
        reason: "compressed data end after \(produced) bytes; expected \(source.byteCount)")
    }
  }

  func finish() throws(TensorFileError) {
    try file.requireUnchanged()
    // The end marker may not have been read yet. Reading one more byte finds it, or surplus data.
    let surplus = RawBuffer(byteCount: 1)
    guard try inflate(into: surplus.bytes) == 0 else {
      throw .malformed(
        name: source.name,
        reason: "compressed data go on after the expected \(source.byteCount) bytes")
    }
    let unread = source.storedBytes - consumed + Int(state.pointee.avail_in)
    guard unread == 0 else {
      throw .malformed(
        name: source.name, reason: "\(unread) unexpected bytes after the end of compressed data")
    }
    try checksum.verify(against: source)
  }

  /// Unpacks until `buffer` is full or the stream has ended.
  ///
  /// Returns the number of bytes written.
  private func inflate(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(TensorFileError) -> Int {
    var filled = 0
    while filled < buffer.count, !hasEnded {
      try refill()
      let room = min(buffer.count - filled, 1 << 30)
      let start = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      state.pointee.next_out = start?.advanced(by: filled)
      state.pointee.avail_out = UInt32(room)
      let code = CZlib.inflate(state, Z_NO_FLUSH)
      let received = room - Int(state.pointee.avail_out)
      filled += received
      produced += received
      if code == Z_STREAM_END {
        hasEnded = true
      } else if code != Z_OK {
        throw damage(code)
      }
    }
    checksum.update(UnsafeRawBufferPointer(rebasing: buffer[..<filled]))
    return filled
  }

  private func refill() throws(TensorFileError) {
    guard state.pointee.avail_in == 0 else { return }
    let chunk = input.prefix(min(input.bytes.count, source.storedBytes - consumed))
    try file.read(into: chunk, at: source.offset + consumed)
    consumed += chunk.count
    state.pointee.next_in = chunk.baseAddress?.assumingMemoryBound(to: UInt8.self)
    state.pointee.avail_in = UInt32(chunk.count)
  }

  private func damage(_ code: Int32) -> TensorFileError {
    let position = source.offset + consumed - Int(state.pointee.avail_in)
    let reason: String
    if code == Z_BUF_ERROR {
      // The input ended without an end marker.
      reason = "truncated"
    } else if let message = state.pointee.msg {
      reason = String(cString: message)
    } else {
      reason = "zlib error \(code)"
    }
    return .malformed(
      name: source.name, reason: "compressed data damaged near byte \(position): \(reason)")
  }
}
