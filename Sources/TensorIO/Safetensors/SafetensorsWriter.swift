internal import Synchronization

/// Writes a .safetensors file piece by piece, in any order and from any thread; it appears under its
/// name when finished.
///
/// Shapes are known before data are, so the header stands first and every piece goes to its place:
/// nothing is held. Tensors that turn out not to be had are left out at the end, and the others move
/// together. Going out of scope unfinished leaves nothing behind.
public final class SafetensorsWriter: Sendable {
  private struct State: ~Copyable {
    var file: AtomicFile
    /// How many bytes of each entry have been written.
    var written: [Int]
  }

  private let entries: [SafetensorsEntry]
  private let metadata: [(key: String, text: String)]
  private let path: String
  private let layout: SafetensorsLayout
  private let headerBytes: Int
  private let state: Mutex<State?>

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - path: Where the file shall appear.
  ///   - entries: The tensors; of equal elements they are stored in this order.
  ///   - metadata: Keys and texts for the header.
  /// - Throws: `TensorFileError.unwritable`, also where two tensors have one name.
  public init(
    path: String, entries: [SafetensorsEntry], metadata: [(key: String, text: String)]
  ) throws(TensorFileError) {
    (self.path, self.entries, self.metadata) = (path, entries, metadata)
    var names: Set<ExactName> = [ExactName("__metadata__")]
    for entry in entries where !names.insert(ExactName(entry.name)).inserted {
      throw .unwritable(
        path: path, reason: "two tensors would be called \(quoted(entry.name)); expected one")
    }
    layout = SafetensorsLayout(entries)
    headerBytes = layout.header(metadata: metadata).count
    guard headerBytes - 8 <= SafetensorsHeader.maximumBytes else {
      throw .unwritable(
        path: path,
        reason: "header of \(headerBytes - 8) bytes; expected at most "
          + "\(SafetensorsHeader.maximumBytes)")
    }
    let file = try AtomicFile(path: path)
    state = Mutex(State(file: file, written: entries.map { _ in 0 }))
  }

  /// Writes the next bytes of a tensor.
  ///
  /// - Parameters:
  ///   - bytes: The bytes, as many as whole elements have.
  ///   - entry: The place of the tensor among the entries.
  /// - Throws: `TensorFileError.unwritable`, for example when the disk is full or there are more bytes
  ///   than the shape has.
  public func append(_ bytes: RawSpan, to entry: Int) throws(TensorFileError) {
    try state.withLock { state throws(TensorFileError) in
      let written = state?.written[entry] ?? 0
      guard let start = layout.offsets[entry], bytes.byteCount <= entries[entry].byteCount - written
      else { throw count(written + bytes.byteCount, of: entry) }
      try state?.file.write(bytes, at: headerBytes + start + written)
      state?.written[entry] += bytes.byteCount
    }
  }

  /// Writes a whole tensor, or the next elements of one.
  ///
  /// - Throws: `TensorFileError.unwritable`, as for bytes.
  public func append<Element: SafetensorsElement>(
    _ values: [Element], to entry: Int
  ) throws(TensorFileError) {
    // Without it the optimizer frees an array literal of the caller before its bytes are written.
    defer { withExtendedLifetime(values) {} }
    try append(values.span.bytes, to: entry)
  }

  /// Copies a tensor from another file.
  ///
  /// - Throws: `TensorFileError.unwritable`, as for bytes, and what reading throws.
  public func copy(_ raw: RawTensor, to entry: Int) throws(TensorFileError) {
    try raw.forEachPiece { piece throws(TensorFileError) in try append(piece, to: entry) }
  }

  /// Writes the header and gives the file its name.
  ///
  /// - Parameter left: The places of entries that are left out.
  /// - Throws: `TensorFileError.unwritable`, also when bytes of another entry are missing.
  public func finish(without left: Set<Int> = []) throws(TensorFileError) {
    guard var state = state.withLock({ $0.take() }) else { return }
    let final = SafetensorsLayout(entries, without: left)
    for entry in final.order where state.written[entry] != entries[entry].byteCount {
      throw count(state.written[entry], of: entry)
    }
    if !left.isEmpty {
      // Data only move to the front, in the order in which they lie.
      for entry in final.order {
        guard let old = layout.offsets[entry], let new = final.offsets[entry] else { continue }
        try state.file.move(
          entries[entry].byteCount, from: headerBytes + old, to: headerBytes + new)
      }
      try state.file.cut(to: headerBytes + final.byteCount)
    }
    let header = final.header(metadata: metadata, byteCount: headerBytes)
    try state.file.write(header.span.bytes, at: 0)
    let file = state.file
    try file.commit()
  }

  private func count(_ bytes: Int, of entry: Int) -> TensorFileError {
    .unwritable(
      path: path,
      reason: "\(bytes) bytes of \(quoted(entries[entry].name)); expected "
        + "\(entries[entry].byteCount)")
  }
}
