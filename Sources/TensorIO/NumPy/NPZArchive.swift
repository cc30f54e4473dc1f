/// A zip archive of .npy members, as NumPy's `savez` and `savez_compressed` write it.
struct NPZArchive: TensorContainer {
  let file: FileReference
  /// The members: tensors by their names without `.npy`, others by their names.
  private let entries: [ExactName: ZipDirectory.Entry]
  let memberNames: [String]

  /// The largest ratio of unpacked to packed bytes: deflate can pack 258 bytes into two bits.
  private static let maximumExpansion = 1032

  /// Reads the directory of an archive and checks that its members lie apart.
  ///
  /// - Throws: `TensorFileError` if the archive as a whole is wrong. A fault of one member is
  ///   thrown when that member is read.
  init(_ file: ReadableFile) throws(TensorFileError) {
    self.file = file.reference
    let directory = try ZipDirectory(of: file)
    var entries: [ExactName: ZipDirectory.Entry] = [:]
    for entry in directory.entries {
      guard let name = entry.name.removing(suffix: ".npy") else { continue }
      guard entries.updateValue(entry, forKey: ExactName(name)) == nil else {
        throw .malformed(name: "\(file.name)#\(name)", reason: "occurs more than once")
      }
    }
    // If a tensor and another member have the same name, it means the tensor.
    for entry in directory.entries
    where !entry.isFolder && entry.name.removing(suffix: ".npy") == nil {
      let name = ExactName(entry.name)
      if entries[name] == nil { entries[name] = entry }
    }
    self.entries = entries
    memberNames = entries.keys.map(\.text).sorted(by: naturallyPrecedes)
  }

  /// The name of a member, which may be given with `.npy` or without.
  func memberName(_ wanted: String) -> String? {
    let stripped = wanted.removing(suffix: ".npy") ?? wanted
    return [wanted, stripped].first { entries[ExactName($0)] != nil }
  }

  func member(_ member: String) throws(TensorFileError) -> ContainerMember {
    guard let entry = entries[ExactName(member)] else { preconditionFailure("no member \(member)") }
    guard entry.name.removing(suffix: ".npy") != nil else {
      return .other(
        type: "no .npy file", reason: "is not a npy member; expected a name ending in .npy")
    }
    let source = try Self.source(of: entry, in: file, name: "\(file.name)#\(member)")
    let header = try NPYHeader(from: source)
    guard let layout = header.layout else {
      return .other(
        type: header.typeName.short, reason: unsupportedElement(header.typeName.long))
    }
    return .tensor(try TensorFile(header, layout, in: source, member: member))
  }

  /// Where the bytes of a member lie.
  ///
  /// - Throws: `TensorFileError` where they cannot be what the directory says.
  static func source(
    of entry: ZipDirectory.Entry, in file: FileReference, name: String
  ) throws(TensorFileError) -> ByteSource {
    guard !entry.isEncrypted else {
      throw .unsupported(name: name, reason: "is encrypted; expected a plain zip member")
    }
    guard entry.method == 0 || entry.method == 8 else {
      throw .unsupported(
        name: name,
        reason: "zip compression method \(entry.method); expected 0 (stored) or 8 (deflated)")
    }
    let stored = entry.data.count
    let (limit, overflow) = stored.multipliedReportingOverflow(by: maximumExpansion)
    guard !overflow, let byteCount = Int(exactly: entry.byteCount),
      entry.method == 0 ? byteCount == stored : byteCount <= limit
    else {
      throw .malformed(
        name: name,
        reason: "\(stored) stored bytes cannot make the \(entry.byteCount) bytes declared")
    }
    return ByteSource(
      file: file, name: name, offset: entry.data.lowerBound, storedBytes: stored,
      byteCount: byteCount, packing: entry.method == 0 ? .plain : .deflated,
      checksum: entry.checksum)
  }
}
