internal import Glibc

extension TensorFile {
  /// The tensors of `path` or `path#member`, as ``listing(_:)`` finds them.
  ///
  /// - Returns: At least one tensor; exactly one for a .npy or text file or a named member.
  public static func open(_ specification: String) throws(TensorFileError) -> [TensorFile] {
    try listing(specification).tensors
  }

  /// Lists the tensors of `path` or `path#member`, and what had to be left out.
  ///
  /// A path that exists as it stands wins over splitting it at `#`, and a member of that very name
  /// over a pattern. Without a member, all float tensors of a container are listed. Only headers are
  /// read, and no file stays open.
  ///
  /// - Parameter specification: A .npy, .npz or .safetensors file, an ONNX model (.onnx), an index of
  ///   .safetensors files (`model.safetensors.index.json`), or numbers in a .txt, .csv or .tsv file;
  ///   under another extension the format is told by the first bytes. `-` is standard input; pipes are read, too.
  ///   A member may be a pattern: `*`, `?` and `[a-c]` as in a shell.
  /// - Throws: `.unreadable` when the file cannot be opened, otherwise what is wrong with the file,
  ///   with the member name, or with a named member. What is wrong with one of several members is
  ///   the ``fault`` of that tensor instead.
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

  /// Both names of files and names of tensors may contain `#`, so the first split that leaves an
  /// existing file is taken.
  private static func split(_ specification: String) -> (path: String, member: String?) {
    if specification == standardInputPath || FileVersion(path: specification) != nil {
      return (specification, nil)
    }
    let bytes = specification.utf8
    // No longer path can be opened.
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

/// What a file has inside.
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
    // What came through a pipe has a version of its own.
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

  /// A .safetensors file, whatever its name is.
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
