/// The header of a .safetensors file: the name, type, shape and place of every tensor.
struct SafetensorsHeader: TensorContainer {
  let file: FileReference
  private let entries: [ExactName: SafetensorsDirectory.Entry]
  private let dataOffset: Int
  let memberNames: [String]

  /// Reads the header and checks that each byte of the data belongs to exactly one tensor.
  ///
  /// - Throws: `TensorFileError` if the file as a whole is wrong. A fault of one tensor is thrown
  ///   when that tensor is read.
  init(_ file: ReadableFile) throws(TensorFileError) {
    self.file = file.reference
    let length = try SafetensorsDirectory.length(size: file.size, name: file.name) {
      count throws(TensorFileError) in try file.bytes(at: 0, count: count)
    }
    let directory = try SafetensorsDirectory(
      header: try file.bytes(at: 8, count: length), size: file.size, name: file.name)
    dataOffset = directory.dataOffset
    entries = Dictionary(directory.entries.map { (ExactName($0.name), $0) }) { first, _ in first }
    memberNames = directory.entries.map(\.name).sorted(by: naturallyPrecedes)
  }

  func memberName(_ wanted: String) -> String? { entries[ExactName(wanted)]?.name }

  func member(_ name: String) throws(TensorFileError) -> ContainerMember {
    guard let entry = entries[ExactName(name)] else { preconditionFailure("no tensor \(name)") }
    let fullName = "\(file.name)#\(name)"
    guard let layout = ElementLayout(safetensors: entry.dtype) else {
      let source = ByteSource(
        file: file, name: fullName, offset: dataOffset + entry.range.lowerBound,
        byteCount: entry.range.count)
      return .other(
        type: entry.dtype, reason: unsupportedElement(quoted(entry.dtype)),
        raw: RawTensor(name: name, type: entry.dtype, shape: entry.shape, source: source))
    }
    let extent = try Extent(
      shape: entry.shape, bytesPerElement: layout.type.byteCount, name: fullName)
    guard extent.bytes == entry.range.count else {
      throw .malformed(
        name: fullName,
        reason: "\(entry.range.count) bytes of data; expected \(extent.bytes) for shape "
          + "\(printable(shapeText(entry.shape))) of \(layout.type.rawValue)")
    }
    let source = ByteSource(
      file: file, name: fullName, offset: dataOffset + entry.range.lowerBound,
      byteCount: extent.bytes)
    return .tensor(
      TensorFile(
        source: source, member: name, shape: entry.shape, layout: layout, dataOffset: 0,
        isFortranOrder: false))
  }
}
