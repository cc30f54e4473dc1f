/// An array of any numbers in a .npy file or in a member of an .npz archive, examined but not read.
///
/// A ``TensorFile`` has floats, and hands them out as float32. What models take in and are measured
/// by are indices, masks and labels too, so here elements stay what they are.
package struct ArrayFile: Sendable {
  /// The path of the file as given.
  package let path: String
  /// The name of the member without `.npy`; nil in a .npy file.
  package let name: String?
  /// The extent of every axis; empty for a scalar.
  package let shape: [Int]
  package let type: ArrayType

  let source: ByteSource
  let dataOffset: Int
  let isBigEndian: Bool
  let extent: Extent

  /// Rows along the first axis; a scalar is one row.
  package var rowCount: Int { shape.first ?? 1 }
  /// Bytes of one row.
  package var rowBytes: Int {
    // A shape of no elements may have any extents behind its zero.
    extent.elements == 0 ? 0 : extent.bytes / rowCount
  }

  /// The arrays of a file, in the order of the file; only headers are read.
  ///
  /// Members of an .npz that are no .npy files are passed over.
  ///
  /// - Throws: `TensorFileError` for a file that is neither .npy nor .npz, for an array of something
  ///   else than numbers, and for one in Fortran order.
  package static func open(_ path: String) throws(TensorFileError) -> [ArrayFile] {
    let file = try ReadableFile(path: path)
    switch try format(of: file) {
    case .npy:
      return [
        try ArrayFile(
          in: ByteSource(file: file.reference, name: file.name, offset: 0, byteCount: file.size),
          member: nil)
      ]
    case .npz:
      var arrays: [ArrayFile] = []
      var names: Set<ExactName> = []
      for entry in try ZipDirectory(of: file).entries {
        guard let member = entry.name.removing(suffix: ".npy") else { continue }
        let name = "\(file.name)#\(member)"
        guard names.insert(ExactName(member)).inserted else {
          throw .malformed(name: name, reason: "occurs more than once")
        }
        let source = try NPZArchive.source(of: entry, in: file.reference, name: name)
        arrays.append(try ArrayFile(in: source, member: member))
      }
      return arrays
    default: throw noArrays(file)
    }
  }

  private static func format(of file: ReadableFile) throws(TensorFileError) -> FileFormat {
    do throws(TensorFileError) {
      return try FileFormat(of: file)
    } catch .unsupported {
      throw noArrays(file)
    }
  }

  private static func noArrays(_ file: ReadableFile) -> TensorFileError {
    .unsupported(name: file.name, reason: "holds no arrays; expected .npy or .npz")
  }

  private init(in source: ByteSource, member: String?) throws(TensorFileError) {
    let header = try NPYHeader(from: source)
    guard let type = ArrayType(descriptor: header.typeName.short) else {
      throw .unsupported(
        name: source.name,
        reason: "unsupported element type \(header.typeName.long); \(ArrayType.expectation)")
    }
    // With a single axis longer than one both orders are the same.
    guard !header.isFortranOrder || header.shape.count(where: { $0 > 1 }) <= 1 else {
      throw .unsupported(
        name: source.name,
        reason: "array in Fortran order, whose rows are spread over the file; expected C order, as "
          + "numpy.ascontiguousarray makes it")
    }
    extent = try Extent(
      shape: header.shape, bytesPerElement: type.byteCount, name: source.name)
    let present = source.byteCount - header.dataOffset
    guard present == extent.bytes else {
      throw .malformed(
        name: source.name,
        reason: "\(present) bytes of data from byte \(header.dataOffset); expected \(extent.bytes) "
          + "for shape \(printable(shapeText(header.shape))) of \(type.rawValue)")
    }
    (path, name, shape) = (source.file.path, member, header.shape)
    (self.type, self.source, dataOffset) = (type, source, header.dataOffset)
    isBigEndian = header.typeName.short.utf8.first == UInt8(ascii: ">")
  }

  /// Begins to read at the first row.
  ///
  /// - Throws: `TensorFileError`, also where the file is no longer the one that was opened.
  package func makeRows() throws(TensorFileError) -> ArrayRows { try ArrayRows(self) }
}
