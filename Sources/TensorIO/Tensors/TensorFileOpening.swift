internal import Glibc

extension TensorFile {
  /// Opens the tensors of `path` or `path#member`; see ``listing(_:)``.
  ///
  /// - Returns: At least one tensor; exactly one for a .npy or text file or a named member.
  public static func open(_ specification: String) throws(TensorFileError) -> [TensorFile] {
    try listing(specification).tensors
  }

  /// Lists the tensors of `path` or `path#member`, and the members that are not tensors of floats.
  ///
  /// If a file with the whole specification as its path exists, it is opened; otherwise the
  /// specification is split at a `#`. If a member has the given name, it is meant even if the name
  /// is also a pattern. Without a member, all float tensors of a container are listed. Only headers
  /// are read, and no file is kept open.
  ///
  /// - Parameter specification: The path of a .npy, .npz or .safetensors file, of an ONNX model (.onnx), of
  ///   an index of .safetensors files (`model.safetensors.index.json`), or of numbers in a .txt, .csv
  ///   or .tsv file. For other extensions the first bytes tell the format. `-` is standard input; pipes can
  ///   be read, too. A member may be a pattern with `*`, `?` and `[a-c]` as in a shell.
  /// - Throws: `.unreadable` if the file cannot be opened; otherwise the fault of the file, of the
  ///   member's name, or of the named member. If several members are listed, a fault of one of them
  ///   is not thrown; it is the ``fault`` of that tensor.
  public static func listing(_ specification: String) throws(TensorFileError) -> TensorListing {
    let (path, member) = split(specification)
    switch try TensorFileContents(path: path) {
    case .container(let container):
      return try TensorListing(container, member)
    case .tensor(let tensor):
      guard member == nil else {
        throw .noSuchTensor(
          name: "\(tensor.name)#\(member ?? "")",
          reason: "a \(tensor.isText ? "text" : "npy") file is a single tensor without a name; "
            + "expected nothing after '#'")
      }
      return TensorListing(tensor)
    }
  }

  /// Splits a specification into path and member.
  ///
  /// Names of files and of tensors may both contain `#`, so it is split at the first `#` before
  /// which the text is the path of an existing file.
  private static func split(_ specification: String) -> (path: String, member: String?) {
    if specification == standardInputPath || FileVersion(path: specification) != nil {
      return (specification, nil)
    }
    let bytes = specification.utf8
    // Longer paths cannot be opened.
    for mark in bytes.prefix(Int(PATH_MAX)).indices where bytes[mark] == UInt8(ascii: "#") {
      let path = String(decoding: bytes[..<mark], as: UTF8.self)
      if path == standardInputPath || isFile(path) {
        return (path, String(decoding: bytes[bytes.index(after: mark)...], as: UTF8.self))
      }
    }
    return (specification, nil)
  }

  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }
}

/// The contents of a file: one tensor, or a container.
enum TensorFileContents {
  case tensor(TensorFile)
  case container(any TensorContainer)

  init(path: String) throws(TensorFileError) {
    if let version = FileVersion(path: path),
      let container = ContainerCache.container(at: path, version)
    {
      self = .container(container)
      return
    }
    let file = try ReadableFile(path: path)
    // The copy of a pipe has its own version.
    if let container = ContainerCache.container(at: path, file.version) {
      self = .container(container)
      return
    }
    switch try FileFormat(of: file) {
    case .npy:
      let source = ByteSource(
        file: file.reference, name: file.name, offset: 0, byteCount: file.size)
      let header = try NPYHeader(from: source)
      guard let layout = header.layout else {
        throw .unsupported(name: file.name, reason: unsupportedElement(header.typeName.long))
      }
      self = .tensor(try TensorFile(header, layout, in: source, member: nil))
    case .text: self = .tensor(TensorFile(try NumberText(file), in: file))
    case .npz: self = .container(Self.kept(try NPZArchive(file), of: file))
    case .safetensors: self = .container(Self.kept(try SafetensorsHeader(file), of: file))
    case .onnx: self = .container(Self.kept(try ONNXModel(file), of: file))
    case .index: self = .container(Self.kept(try ShardIndex(file), of: file))
    }
  }

  /// Opens a .safetensors file; its name may have any extension.
  static func shard(path: String) throws(TensorFileError) -> any TensorContainer {
    if let version = FileVersion(path: path),
      let container = ContainerCache.container(at: path, version)
    {
      return container
    }
    let file = try ReadableFile(path: path)
    return kept(try SafetensorsHeader(file), of: file)
  }

  private static func kept<Container: TensorContainer>(
    _ container: Container, of file: ReadableFile
  ) -> Container {
    ContainerCache.keep(container, at: file.path, file.version)
    return container
  }
}
