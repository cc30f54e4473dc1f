/// A tensor of elements that are not read as floats, as it lies in its file: good for copying.
public struct RawTensor: Sendable {
  /// Its name in the container.
  public let name: String
  /// What the container calls its elements, such as `I64`.
  public let type: String
  /// The extent of every axis.
  public let shape: [Int]
  /// The file that holds the data.
  public var dataPath: String { source.file.path }
  let source: ByteSource

  private static let pieceBytes = 1 << 20

  /// Reads the bytes in order, in pieces that are valid during the call only.
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
