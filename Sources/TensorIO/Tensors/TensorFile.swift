/// One tensor inside a file, examined but not read.
///
/// The header has been checked against the size of the file. No file stays open: the data are read
/// by streaming, as often as wanted and from any thread, and reading fails where the file is no
/// longer the one whose header was read.
public struct TensorFile: Sendable {
  /// Elements in every batch but the last: a quarter MiB of float32, which stays in a core's cache
  /// while one loop after the other goes over it.
  public static let batchElements = 1 << 16

  /// The path as given, without the `#member`; `-` is standard input.
  public let path: String
  /// The name of the tensor inside a container, or nil for a file that is one tensor.
  public let member: String?
  /// The extent of every axis; empty for a scalar, and where ``fault`` hides it.
  public let shape: [Int]
  /// What the elements are in the file; float32 where ``fault`` hides it.
  public var elementType: ElementType { layout.type }
  /// The number of elements; none in an empty tensor, and where ``fault`` hides it.
  public let count: Int
  /// Why the tensor cannot be read, as far as its header tells; every reading throws it.
  ///
  /// A tensor without elements has one, and a member of a container whose own header is wrong, so
  /// that the others can be read all the same.
  public let fault: TensorFileError?
  /// The last path component, and `#member` for containers: `weights.npz#fc1`.
  public var name: String { fileName(of: path) + memberSuffix }
  /// The name as tables have it: without the folder and the extension of the file.
  ///
  /// `model.safetensors.index.json` and its shards `model-00001-of-00003.safetensors` are all
  /// `model`, so that names stay when a checkpoint is cut into other shards.
  public var stem: String { printable(fileStem(of: path) + memberSuffix, limit: .max) }
  /// What `open` takes to find this tensor again.
  public var specification: String { path + memberSuffix }
  /// The file that holds the data: ``path``, or a shard where that is an index of shards, or the
  /// external data of a model.
  public var dataPath: String { source.file.path }
  /// What the values in the file at ``dataPath`` are and where, if only the file at ``path`` says so;
  /// nil if the data have a header.
  package private(set) var dataPlace: String?
  /// The state of the file at ``dataPath`` when the header was read; data are read of no other.
  package var version: FileVersion { source.file.version }

  /// Whether the values were written as text.
  var isText: Bool { if case .converted = source.packing { true } else { false } }

  private var memberSuffix: String { member.map { "#" + $0 } ?? "" }

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
    let count = shape.reduce(1, *)
    self.source = source
    self.path = source.file.path
    self.member = member
    self.shape = shape
    self.layout = layout
    self.dataOffset = dataOffset
    self.count = count
    self.fault = count == 0 ? .emptyTensor(name: source.name, shape: shape) : nil
    // With a single axis longer than one both orders are the same.
    self.needsTransposition = isFortranOrder && shape.count(where: { $0 > 1 }) > 1
  }

  /// A member of which only the name can be told.
  init(faulty member: String, in file: FileReference, fault: TensorFileError) {
    path = file.path
    self.member = member
    shape = []
    count = 0
    layout = ElementLayout(.float32)
    source = ByteSource(file: file, name: "\(file.name)#\(member)", offset: 0, byteCount: 0)
    dataOffset = 0
    needsTransposition = false
    self.fault = fault
  }

  /// The same data, known by the path of the index that names their file.
  ///
  /// - Parameter isBare: Whether only the index says what the data are.
  init(_ tensor: TensorFile, through index: FileReference, isBare: Bool = false) {
    path = index.path
    (member, shape, count, fault) = (tensor.member, tensor.shape, tensor.count, tensor.fault)
    (source, layout, dataOffset) = (tensor.source, tensor.layout, tensor.dataOffset)
    needsTransposition = tensor.needsTransposition
    dataPlace =
      isBare
      ? "\(layout.type.rawValue) \(shapeText(shape)) at byte \(source.offset + dataOffset)" : nil
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
          + "\(shapeText(header.shape)) of \(layout.type.rawValue)")
    }
    self.init(
      source: source, member: member, shape: header.shape, layout: layout,
      dataOffset: header.dataOffset, isFortranOrder: header.isFortranOrder)
  }

  /// Numbers that have been read from text.
  init(_ numbers: NumberText, in file: ReadableFile) {
    let bytes = numbers.values.withUnsafeBytes(Array.init)
    let source = ByteSource(
      file: file.reference, name: file.name, offset: 0, storedBytes: file.size,
      byteCount: bytes.count,
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
  /// - Throws: ``fault``, another `TensorFileError`, or what `body` throws. A checksum can be compared only after the
  ///   last batch: what has been made of earlier batches is void when this throws. A finite float64
  ///   beyond float32 is an error under either policy, and at once.
  public func forEachBatch(
    nonFinite: NonFinitePolicy, _ body: (Span<Float>) throws -> Void
  ) throws {
    try forEachBatch(of: 0..<count, nonFinite: nonFinite, body)
  }

  /// Whether reading may begin at any element: the data lie in the file as they are, in C order.
  public var isReadableFromAnywhere: Bool {
    source.packing == .plain && source.checksum == nil && !needsTransposition
  }

  /// Streams some of the values, as ``forEachBatch(nonFinite:_:)`` does all.
  ///
  /// What is wrong with other values goes unnoticed.
  ///
  /// - Precondition: All elements, or ``isReadableFromAnywhere``.
  package func forEachBatch(
    of elements: Range<Int>, nonFinite: NonFinitePolicy, _ body: (Span<Float>) throws -> Void
  ) throws {
    if let fault { throw fault }
    precondition(elements == 0..<count || isReadableFromAnywhere, "in one piece")
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
      try forEachBatchInFileOrder(of: elements) { batch, start throws in try deliver(batch, start) }
    }
    try scan.report(name: name)
  }

  /// Reads the whole tensor into memory.
  ///
  /// - Parameter nonFinite: whether NaN and infinity are an error or delivered as they are.
  /// - Throws: `TensorFileError`.
  public func load(nonFinite: NonFinitePolicy) throws -> Tensor {
    if let fault { throw fault }
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
