/// The tensors of an ONNX model, which is not loaded: initializers and constants of its graph.
struct ONNXModel: TensorContainer {
  let file: FileReference
  private let tensors: [ExactName: ONNXTensor]
  let memberNames: [String]

  /// Reads what a model says of its tensors, in time linear in the file without their data.
  ///
  /// - Throws: `TensorFileError` where the file as a whole is wrong; what is wrong with one tensor
  ///   waits until it is asked for.
  init(_ file: ReadableFile) throws(TensorFileError) {
    self.file = file.reference
    tensors = try ONNXScan(file).tensors
    memberNames = tensors.keys.map(\.text).sorted(by: naturallyPrecedes)
  }

  func memberName(_ wanted: String) -> String? { tensors[ExactName(wanted)]?.name }

  func member(_ name: String) throws(TensorFileError) -> ContainerMember {
    guard let tensor = tensors[ExactName(name)] else { preconditionFailure("no tensor \(name)") }
    let fullName = "\(file.name)#\(name)"
    guard !tensor.isSparse else {
      return .other(type: "sparse", reason: "is a sparse tensor; expected a dense one")
    }
    guard let layout = tensor.type.layout else {
      return .other(type: tensor.type.name, reason: unsupportedElement(tensor.type.name))
    }
    guard !tensor.isSegment else {
      throw .unsupported(
        name: fullName,
        reason: "is a segment of a tensor at byte \(tensor.message.lowerBound); expected a whole "
          + "one")
    }
    let extent = try Extent(
      shape: tensor.shape, bytesPerElement: layout.type.byteCount, name: fullName)
    let source = try source(of: tensor, layout.type, extent, name: fullName)
    let found = TensorFile(
      source: source, member: name, shape: tensor.shape, layout: layout, dataOffset: 0,
      isFortranOrder: false)
    guard case .external = tensor.place else { return .tensor(found) }
    return .tensor(TensorFile(found, through: file, isBare: true))
  }

  /// The data, whose size must be what the shape says.
  private func source(
    of tensor: ONNXTensor, _ type: ElementType, _ extent: Extent, name: String
  ) throws(TensorFileError) -> ByteSource {
    func requireSize(_ bytes: Int, at position: Int) throws(TensorFileError) {
      guard bytes == extent.bytes else {
        throw .malformed(
          name: name,
          reason: "\(bytes) bytes of data at byte \(position); expected \(extent.bytes) for shape "
            + "\(printable(shapeText(tensor.shape))) of \(type.rawValue)")
      }
    }
    func plain(_ range: Range<Int>) throws(TensorFileError) -> ByteSource {
      try requireSize(range.count, at: range.lowerBound)
      return ByteSource(file: file, name: name, offset: range.lowerBound, byteCount: range.count)
    }
    let start = tensor.message.lowerBound
    switch tensor.place {
    case .nowhere: return try plain(start..<start)
    case .raw(let range): return try plain(range)
    case .several:
      throw .malformed(
        name: name, reason: "has data in two places at byte \(start); expected one")
    case .values(let field):
      guard field.holds(type) else {
        throw .malformed(
          name: name,
          reason: "has \(type.rawValue) in \(field.name) at byte \(start); expected them where "
            + "ONNX keeps them")
      }
      let values = ONNXValues(field: field, width: type.byteCount)
      let found = try values.find(
        in: tensor.message, of: ProtobufReader(try file.reopened()))
      if let piece = found.piece { return try plain(piece) }
      try requireSize(found.count * type.byteCount, at: start)
      return ByteSource(
        file: file, name: name, offset: start, storedBytes: tensor.message.count,
        byteCount: extent.bytes, packing: .values(values), checksum: nil)
    case .external(let data):
      let other = try data.open(beside: file, name: name)
      if let length = data.length { try requireSize(length, at: data.offset) }
      guard data.offset <= other.size, extent.bytes <= other.size - data.offset else {
        throw .malformed(
          name: name,
          reason: "\(extent.bytes) bytes at byte \(data.offset) reach beyond the end of "
            + "\(quoted(data.location)) at byte \(other.size)")
      }
      return ByteSource(
        file: other.reference, name: name, offset: data.offset, byteCount: extent.bytes)
    }
  }
}
