internal import Synchronization

/// Writes a .safetensors file piece by piece, in any order and from any thread.
///
/// The file gets its name when it is finished.
///
/// Shapes are known before data, so each piece is written to its place and not held in memory.
/// Tensors that could not be read are left out at the end, and the data of the others are moved
/// together. If the writer goes out of scope unfinished, no file remains.
public final class SafetensorsWriter: Sendable {
  private struct State: ~Copyable {
    var file: AtomicFile
    /// The number of bytes of each entry that have been written.
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
  ///   - path: The path of the file.
  ///   - entries: The tensors; those with elements of one size are stored in this order.
  ///   - metadata: Keys and texts for the header.
  /// - Throws: `TensorFileError.unwritable`, also if two tensors have the same name.
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
    guard headerBytes - 8 <= SafetensorsDirectory.maximumBytes else {
      throw .unwritable(
        path: path,
        reason: "header of \(headerBytes - 8) bytes; expected at most "
          + "\(SafetensorsDirectory.maximumBytes)")
    }
    let file = try AtomicFile(path: path)
    state = Mutex(State(file: file, written: entries.map { _ in 0 }))
  }

  /// Writes the next bytes of a tensor.
  ///
  /// - Parameters:
  ///   - bytes: The bytes of a whole number of elements.
  ///   - entry: The index of the tensor among the entries.
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
    // Without this, the optimizer frees an array literal of the caller before its bytes are written.
    defer { withExtendedLifetime(values) {} }
    try append(values.span.bytes, to: entry)
  }

  /// Copies a tensor from another file.
  ///
  /// - Throws: `TensorFileError.unwritable`, as for bytes, and the errors of reading.
  public func copy(_ raw: RawTensor, to entry: Int) throws(TensorFileError) {
    try raw.forEachPiece { piece throws(TensorFileError) in try append(piece, to: entry) }
  }

  /// Writes the header and gives the file its name.
  ///
  /// - Parameter left: The indices of entries to leave out.
  /// - Throws: `TensorFileError.unwritable`, also when bytes of another entry are missing.
  public func finish(without left: Set<Int> = []) throws(TensorFileError) {
    guard var state = state.withLock({ $0.take() }) else { return }
    let final = SafetensorsLayout(entries, without: left)
    for entry in final.order where state.written[entry] != entries[entry].byteCount {
      throw count(state.written[entry], of: entry)
    }
    if !left.isEmpty {
      // Data move only towards the front, so they are moved in the order of the file.
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
