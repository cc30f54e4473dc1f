/// The bytes of a small .safetensors file, made in memory.
///
/// ``SafetensorsWriter`` writes large ones piece by piece.
///
/// - Parameters:
///   - tensors: The tensors with their elements in little-endian order.
///   - metadata: Keys and texts for the header.
/// - Precondition: As many bytes for each entry as its shape has, and every name once.
package func safetensorsBytes(
  _ tensors: [(entry: SafetensorsEntry, bytes: [UInt8])], metadata: [(key: String, text: String)]
) -> [UInt8] {
  precondition(
    tensors.allSatisfy { $0.entry.byteCount == $0.bytes.count },
    "a tensor has other bytes than its shape")
  let layout = SafetensorsLayout(tensors.map(\.entry))
  var bytes = layout.header(metadata: metadata)
  bytes.reserveCapacity(bytes.count + layout.byteCount)
  for index in layout.order { bytes += tensors[index].bytes }
  return bytes
}
