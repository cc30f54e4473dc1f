/// A tensor whose elements cannot be read as floats.
///
/// Its bytes can be copied to another file.
public struct RawTensor: Sendable {
  /// The name of the tensor in the container.
  public let name: String
  /// The container's name of the type of elements, such as `I64`.
  public let type: String
  /// The length of each axis.
  public let shape: [Int]
  /// The file that holds the data.
  public var dataPath: String { source.file.path }
  let source: ByteSource

  private static let pieceBytes = 1 << 20

  /// Calls `body` with the bytes in order, in pieces that are valid during the call only.
  func forEachPiece(
    _ body: (RawSpan) throws(TensorFileError) -> Void
  ) throws(TensorFileError) {
    let stream = try source.makeStream()
    let buffer = RawBuffer(byteCount: min(Self.pieceBytes, source.byteCount))
    var left = source.byteCount
    while left > 0 {
      let piece = buffer.prefix(min(Self.pieceBytes, left))
      try stream.read(into: piece)
      try body(UnsafeRawBufferPointer(piece).bytes)
      left -= piece.count
    }
    try stream.finish()
  }
}
