/// One tensor inside a file, opened but not read.
///
/// Opening has checked the header against the size of the file. The data are read by streaming,
/// as often as wanted and from any thread; the file stays open as long as this value lives.
public struct TensorFile: Sendable {
  /// Elements in every batch but the last: one MiB of float32.
  public static let batchElements = 1 << 18

  /// The path as given, without the `#member`.
  public var path: String { source.file.path }
  /// The name of the tensor inside a container, or nil for a file that is one tensor.
  public let member: String?
  /// The extent of every axis; empty for a scalar.
  public let shape: [Int]
  /// What the elements are in the file.
  public var elementType: ElementType { layout.type }
  /// The number of elements, at least one.
  public let count: Int
  /// The last path component, and `#member` for containers: `weights.npz#fc1`.
  public var name: String { source.name }
  /// The name as tables have it: without the folder and the extension of the file.
  public var stem: String {
    let file = path.split(separator: "/").last ?? ""
    let stem = file.lastIndex(of: ".").map { $0 > file.startIndex ? file[..<$0] : file } ?? file
    return stem + (member.map { "#" + $0 } ?? "")
  }

  package let source: ByteSource
  package let layout: ElementLayout
  /// Bytes of the source before the first element.
  package let dataOffset: Int
  /// Whether the elements must be put into another order before they are delivered.
  package let needsTransposition: Bool

  /// What all values take in memory; saturates, as half that many bytes fit no memory either.
  var memoryBytes: Int {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    return overflow ? .max : bytes
  }

  /// - Precondition: the shape has been checked, see `Extent`.
  init(
    source: ByteSource, member: String?, shape: [Int], layout: ElementLayout, dataOffset: Int,
    isFortranOrder: Bool
  ) {
    self.source = source
    self.member = member
    self.shape = shape
    self.layout = layout
    self.dataOffset = dataOffset
    self.count = shape.reduce(1, *)
    // With a single axis longer than one both orders are the same.
    self.needsTransposition = isFortranOrder && shape.count(where: { $0 > 1 }) > 1
  }

  /// Joins an npy header with the data behind it, whose size must be what the shape says.
  init(
    _ header: NPYHeader, _ layout: ElementLayout, in source: ByteSource, member: String?
  ) throws(TensorFileError) {
    let extent = try Extent(
      shape: header.shape, bytesPerElement: layout.type.byteCount, name: source.name)
    let present = source.byteCount - header.dataOffset
    guard present == extent.bytes else {
      let fault =
        present < extent.bytes
        ? "data end after \(present) bytes"
        : "\(present - extent.bytes) extra bytes from byte \(header.dataOffset + extent.bytes)"
      throw .malformed(
        name: source.name,
        reason: "\(fault); expected \(extent.bytes) bytes from byte \(header.dataOffset) for shape "
          + "\(shapeText(header.shape)) of \(layout.type)")
    }
    self.init(
      source: source, member: member, shape: header.shape, layout: layout,
      dataOffset: header.dataOffset, isFortranOrder: header.isFortranOrder)
  }

  /// Numbers that have been read from text.
  init(_ numbers: NumberText, in file: ReadableFile) throws(TensorFileError) {
    let bytes = numbers.values.withUnsafeBytes(Array.init)
    _ = try Extent(shape: numbers.shape, bytesPerElement: 4, name: file.name)
    let source = ByteSource(
      file: file, name: file.name, offset: 0, storedBytes: file.size, byteCount: bytes.count,
      packing: .converted(bytes), checksum: nil)
    self.init(
      source: source, member: nil, shape: numbers.shape, layout: ElementLayout(.float32),
      dataOffset: 0, isFortranOrder: false)
  }

  /// Streams the values in C order.
  ///
  /// Every batch has exactly ``batchElements`` elements, but for the last. The memory used does not
  /// depend on the size of the tensor, with one exception: arrays in Fortran order with two or more
  /// axes are held whole.
  ///
  /// - Parameters:
  ///   - nonFinite: under `.error` delivery stops before the first batch with NaN or infinity in
  ///     it, the rest is still counted, and the error names their number and the first.
  ///   - body: receives a batch, valid during the call only; what it throws ends the reading.
  /// - Throws: `TensorFileError`, or what `body` throws. A checksum can be compared only after the
  ///   last batch: what has been made of earlier batches is void when this throws. A finite float64
  ///   beyond float32 is an error under either policy, and at once.
  public func forEachBatch(
    nonFinite: NonFinitePolicy, _ body: (Span<Float>) throws -> Void
  ) throws {
    var scan = NonFiniteScan()
    func deliver(_ batch: Span<Float>, _ start: Int) throws {
      if nonFinite == .error {
        scan.examine(batch, startingAt: start)
        if scan.count > 0 { return }
      }
      try body(batch)
    }
    if needsTransposition {
      let values = try transposedValues()
      for start in stride(from: 0, to: count, by: Self.batchElements) {
        let end = min(start + Self.batchElements, count)
        try deliver(values.span.extracting(start..<end), start)
      }
    } else {
      try forEachBatchInFileOrder { batch, start throws in try deliver(batch, start) }
    }
    try scan.report(name: name)
  }

  /// Reads the whole tensor into memory.
  ///
  /// - Parameter nonFinite: whether NaN and infinity are an error or delivered as they are.
  /// - Throws: `TensorFileError`.
  public func load(nonFinite: NonFinitePolicy) throws -> Tensor {
    if needsTransposition {
      let values = try transposedValues()
      if nonFinite == .error {
        var scan = NonFiniteScan()
        scan.examine(values.span, startingAt: 0)
        try scan.report(name: name)
      }
      return Tensor(shape: shape, values: values)
    }
    try requireMemory(bytes: memoryBytes, name: name)
    var values: [Float] = []
    values.reserveCapacity(count)
    try forEachBatch(nonFinite: nonFinite) { batch in
      batch.withUnsafeBufferPointer { values.append(contentsOf: $0) }
    }
    return Tensor(shape: shape, values: values)
  }
}
