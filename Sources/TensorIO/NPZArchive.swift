/// A zip archive of .npy members, as NumPy's `savez` and `savez_compressed` write it.
struct NPZArchive {
  private let file: ReadableFile
  private let directory: ZipDirectory

  /// The best that deflate can do is 258 bytes for two bits.
  private static let maximumExpansion = 1032

  init(_ file: ReadableFile) throws(TensorFileError) {
    self.file = file
    self.directory = try ZipDirectory(of: file)
  }

  /// All float tensors in name order.
  func tensors() throws(TensorFileError) -> [TensorFile] {
    var seen: Set<String> = []
    var tensors: [TensorFile] = []
    for entry in directory.entries {
      guard let member = Self.memberName(entry) else { continue }
      guard seen.insert(member).inserted else {
        throw .malformed(name: "\(file.name)#\(member)", reason: "occurs more than once")
      }
      let source = try source(of: entry, member: member)
      let header = try NPYHeader(from: source)
      guard let layout = header.layout else { continue }
      tensors.append(try TensorFile(header, layout, in: source, member: member))
    }
    return tensors.sorted { $0.name < $1.name }
  }

  /// The tensor of that name, given with or without `.npy`.
  func tensor(named wanted: String) throws(TensorFileError) -> TensorFile {
    let name = "\(file.name)#\(wanted)"
    let matches = directory.entries.filter { $0.name == wanted + ".npy" || $0.name == wanted }
    guard matches.count <= 1 else { throw .malformed(name: name, reason: "occurs more than once") }
    guard let entry = matches.first else {
      throw noSuchTensor(
        name: name, available: directory.entries.compactMap(Self.memberName).sorted())
    }
    guard let member = Self.memberName(entry) else {
      throw .unsupported(name: name, reason: "is not a npy member; expected a name ending in .npy")
    }
    let source = try source(of: entry, member: member)
    let header = try NPYHeader(from: source)
    guard let layout = header.layout else {
      throw unsupportedElement(header.typeDescription, name: source.name)
    }
    return try TensorFile(header, layout, in: source, member: member)
  }

  private static func memberName(_ entry: ZipDirectory.Entry) -> String? {
    entry.name.hasSuffix(".npy") ? String(entry.name.dropLast(4)) : nil
  }

  /// Checks what the directory says about a member against the file, before anything is read.
  private func source(
    of entry: ZipDirectory.Entry, member: String
  ) throws(TensorFileError) -> ByteSource {
    let name = "\(file.name)#\(member)"
    guard !entry.isEncrypted else {
      throw .unsupported(name: name, reason: "is encrypted; expected a plain zip member")
    }
    guard entry.method == 0 || entry.method == 8 else {
      throw .unsupported(
        name: name,
        reason: "zip compression method \(entry.method); expected 0 (stored) or 8 (deflated)")
    }
    guard let header = Int(exactly: entry.headerOffset), header <= directory.offset - 30 else {
      throw .malformed(
        name: name,
        reason: "zip member at byte \(entry.headerOffset); expected it before the directory at "
          + "byte \(directory.offset)")
    }
    let local = try file.bytes(at: header, count: 30)
    guard local.starts(with: [0x50, 0x4B, 3, 4]) else {
      throw .malformed(name: name, reason: "no zip member at byte \(header)")
    }
    // The extra field here may differ in length from the one in the directory.
    let variable = littleEndian(local, at: 26, count: 2) + littleEndian(local, at: 28, count: 2)
    let start = header + 30 + Int(variable)
    guard start <= directory.offset, let stored = Int(exactly: entry.storedBytes),
      stored <= directory.offset - start
    else {
      throw .malformed(
        name: name,
        reason: "\(entry.storedBytes) bytes at byte \(start) reach into the zip directory at byte "
          + "\(directory.offset)")
    }
    let (limit, overflow) = stored.multipliedReportingOverflow(by: Self.maximumExpansion)
    guard !overflow, let byteCount = Int(exactly: entry.byteCount),
      entry.method == 0 ? byteCount == stored : byteCount <= limit
    else {
      throw .malformed(
        name: name,
        reason: "\(stored) stored bytes cannot make the \(entry.byteCount) bytes declared")
    }
    return ByteSource(
      file: file, name: name, offset: start, storedBytes: stored, byteCount: byteCount,
      packing: entry.method == 0 ? .plain : .deflated, checksum: entry.checksum)
  }
}
