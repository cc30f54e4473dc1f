/// One tensor in a file.
///
/// Its header has been read, but not its values.
///
/// The header has been checked against the size of the file. No file is kept open. The values can
/// be streamed repeatedly and from any thread; this fails if the file has changed since its header
/// was read.
public struct TensorFile: Sendable {
  /// The number of elements in every batch but the last: 256 KiB of float32, which stay in the
  /// cache of a core while several loops read them.
  public static let batchElements = 1 << 16

  /// The path as it was given, without the `#member`; `-` is standard input.
  public let path: String
  /// The name of the tensor in a container; nil for a file that is one tensor.
  public let member: String?
  /// The length of each axis; empty for a scalar, and if it is unknown because of a ``fault``.
  public let shape: [Int]
  /// The type of the elements in the file; float32 if it is unknown because of a ``fault``.
  public var elementType: ElementType { layout.type }
  /// The number of elements; 0 if it is unknown because of a ``fault``.
  public let count: Int
  /// The reason why the values cannot be read, if the header tells one; nil otherwise.
  ///
  /// Every attempt to read them throws it.
  ///
  /// A tensor without elements has a fault, and so has a member of a container with a wrong header
  /// of its own. The other members of that container can be read.
  public let fault: TensorFileError?
  /// The last path component, and `#member` for containers: `weights.npz#fc1`.
  public var name: String { fileName(of: path) + memberSuffix }
  /// The name in tables: without the folder and the extension of the file.
  ///
  /// `model.safetensors.index.json` and its shards `model-00001-of-00003.safetensors` all have the stem
  /// `model`, so names do not change if a checkpoint is divided into other shards.
  public var stem: String { printable(fileStem(of: path) + memberSuffix, limit: .max) }
  /// The specification with which ``open(_:)`` finds this tensor again.
  public var specification: String { path + memberSuffix }
  /// The path of the file with the data: ``path``, that of a shard if ``path`` is an index of shards, or
  /// that of a model's external data.
  public var dataPath: String { source.file.path }
  /// What the values in the file at ``dataPath`` are and where, if only the file at ``path`` says so;
  /// nil if the data have a header.
  package private(set) var dataPlace: String?
  /// The version of the file at ``dataPath`` when the header was read.
  package var version: FileVersion { source.file.version }

  /// Whether the file has the values as text.
  var isText: Bool { if case .converted = source.packing { true } else { false } }

  private var memberSuffix: String { member.map { "#" + $0 } ?? "" }

  package let source: ByteSource
  package let layout: ElementLayout
  /// The number of bytes of the source before the first element.
  package let dataOffset: Int
  /// Whether the file has the elements in another order than C order.
  package let needsTransposition: Bool

  /// The size of all values in memory, in bytes; `Int.max` if that overflows.
  var memoryBytes: Int {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    return overflow ? .max : bytes
  }

  /// - Precondition: The shape has been checked; see `Extent`.
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
    // If at most one axis is longer than one, both orders are the same.
    self.needsTransposition = isFortranOrder && shape.count(where: { $0 > 1 }) > 1
  }

  /// Creates a member with a fault, of which only the name is known.
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

  /// Creates the same tensor with the path of the index that names its file.
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

  /// Creates a tensor from an npy header and the data after it, whose size must agree with the shape.
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

  /// Creates a tensor of numbers that have been read from text.
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
  /// Every batch but the last has ``batchElements`` elements. The memory in use does not depend on
  /// the size of the tensor, with one exception: arrays in Fortran order with two or more axes are
  /// read completely.
  ///
  /// - Parameters:
  ///   - nonFinite: With `.error`, no batch is delivered from the first one with NaN or infinity
  ///     on. The remaining values are only checked, and the error tells the number of NaN and
  ///     infinities and the index of the first.
  ///   - body: Receives a batch, which is valid during the call only. An error of it ends the reading.
  /// - Throws: ``fault``, another `TensorFileError`, or the errors of `body`. A checksum can be
  ///   compared only after the last batch, so results from earlier batches must not be used if this
  ///   throws. A finite float64 out of the range of float32 is an error with either policy.
  public func forEachBatch(
    nonFinite: NonFinitePolicy, _ body: (Span<Float>) throws -> Void
  ) throws {
    try forEachBatch(of: 0..<count, nonFinite: nonFinite, body)
  }

  /// Whether reading can begin at any element: the data are not packed, and are in C order.
  public var isReadableFromAnywhere: Bool {
    source.packing == .plain && source.checksum == nil && !needsTransposition
  }

  /// Streams some of the values, in the same way as ``forEachBatch(nonFinite:_:)`` streams all.
  ///
  /// Faults of other values are not noticed.
  ///
  /// - Precondition: The range contains all elements, or ``isReadableFromAnywhere`` is true.
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
  /// - Parameter nonFinite: Whether NaN and infinity are an error or are delivered.
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
