internal import Glibc

extension TensorFile {
  /// Opens `path` or `path#member`.
  ///
  /// A path that exists as it stands wins over splitting it at `#`. Without a member, all float
  /// tensors of a container are listed in name order and its other members are left out.
  ///
  /// - Parameter specification: a .npy, .npz or .safetensors file, or numbers in a .txt or .csv file;
  ///   under another extension the format is told by the first bytes.
  /// - Returns: at least one tensor; exactly one for a .npy or text file or a named member.
  /// - Throws: `.unreadable` when the file cannot be opened, otherwise what is wrong with its
  ///   header, with the member name, or with a named member that is not of a float type.
  public static func open(_ specification: String) throws(TensorFileError) -> [TensorFile] {
    let (path, member) = split(specification)
    let file = try ReadableFile(path: path)
    switch try FileFormat(of: file) {
    case .npy:
      guard member == nil else { throw nameless(file, "npy", member) }
      let source = ByteSource(file: file, name: file.name, offset: 0, byteCount: file.size)
      let header = try NPYHeader(from: source)
      guard let layout = header.layout else {
        throw unsupportedElement(header.typeDescription, name: file.name)
      }
      return [try TensorFile(header, layout, in: source, member: nil)]
    case .text:
      guard member == nil else { throw nameless(file, "text", member) }
      return [try TensorFile(try NumberText(file), in: file)]
    case .npz:
      let archive = try NPZArchive(file)
      if let member { return [try archive.tensor(named: member)] }
      return try nonEmpty(try archive.tensors(), in: file)
    case .safetensors:
      let header = try SafetensorsHeader(file)
      if let member { return [try header.tensor(named: member)] }
      return try nonEmpty(try header.tensors(), in: file)
    }
  }

  private static func nameless(
    _ file: ReadableFile, _ format: String, _ member: String?
  ) -> TensorFileError {
    .noSuchTensor(
      name: "\(file.name)#\(member ?? "")",
      reason: "a \(format) file is a single tensor without a name; expected nothing after '#'")
  }

  private static func nonEmpty(
    _ tensors: [TensorFile], in file: ReadableFile
  ) throws(TensorFileError) -> [TensorFile] {
    guard !tensors.isEmpty else {
      throw .noSuchTensor(
        name: file.name, reason: "holds no float tensor; \(ElementType.expectation)")
    }
    return tensors
  }

  /// Both names of files and names of tensors may contain `#`, so the first split that leaves an
  /// existing file is taken.
  private static func split(_ specification: String) -> (path: String, member: String?) {
    var status = stat()
    if stat(specification, &status) == 0 { return (specification, nil) }
    for mark in specification.indices where specification[mark] == "#" {
      let path = String(specification[..<mark])
      if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFDIR {
        return (path, String(specification[specification.index(after: mark)...]))
      }
    }
    return (specification, nil)
  }
}

/// The formats that are read.
private enum FileFormat {
  case npy, npz, safetensors, text

  /// By extension, or else by the first bytes.
  init(of file: ReadableFile) throws(TensorFileError) {
    let lowercased = file.name.lowercased()
    if lowercased.hasSuffix(".npy") {
      self = .npy
    } else if lowercased.hasSuffix(".npz") {
      self = .npz
    } else if lowercased.hasSuffix(".safetensors") {
      self = .safetensors
    } else if lowercased.hasSuffix(".txt") || lowercased.hasSuffix(".csv") {
      self = .text
    } else {
      let start = try file.bytes(at: 0, count: min(file.size, 9))
      if start.starts(with: NPYHeader.magic) {
        self = .npy
      } else if start.starts(with: [0x50, 0x4B, 3, 4]) {
        self = .npz
      } else if start.count == 9, start[8] == UInt8(ascii: "{"),
        littleEndian(start, at: 0, count: 8) <= UInt64(SafetensorsHeader.maximumBytes)
      {
        self = .safetensors
      } else {
        throw .unsupported(
          name: file.name,
          reason: "unknown file format; expected .npy, .npz, .safetensors, .txt or .csv")
      }
    }
  }
}

/// The error for elements that are not floats, or floats of a kind that is not read.
func unsupportedElement(_ type: String, name: String) -> TensorFileError {
  .unsupported(name: name, reason: "unsupported element type \(type); \(ElementType.expectation)")
}

/// The error for a name that is not there, with some that are.
func noSuchTensor(name: String, available: [String]) -> TensorFileError {
  let some = available.prefix(8).map(quoted).joined(separator: ", ")
  let rest = available.count > 8 ? " and \(available.count - 8) more" : ""
  return .noSuchTensor(
    name: name,
    reason: available.isEmpty
      ? "no such tensor; the file holds none" : "no such tensor; expected one of \(some)\(rest)")
}
