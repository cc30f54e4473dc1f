internal import Glibc

/// Where the data of a tensor lie outside of the model.
struct ONNXExternalData: Hashable, Sendable {
  /// The path of the file, from the folder of the model.
  let location: String
  let offset: Int
  /// The number of bytes; nil for as many as the shape has.
  let length: Int?

  /// Opens the file, which lies in the folder of the model or below.
  ///
  /// A model is data of somebody else: it must not make a reader open files elsewhere, neither by
  /// its words nor by links that came along with it.
  ///
  /// - Throws: `TensorFileError`, before anything is opened where the path leads out of the folder.
  func open(beside model: FileReference, name: String) throws(TensorFileError) -> ReadableFile {
    let expectation = "expected a path that stays in the folder of the model"
    let parts = location.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard !location.isEmpty, !location.utf8.contains(0), parts.first?.isEmpty == false,
      !parts.contains(where: { $0.elementsEqual("..".utf8) })
    else {
      throw .unsupported(name: name, reason: "external data in \(quoted(location)); \(expectation)")
    }
    let folder = model.path.lastIndex(of: "/").map { String(model.path[...$0]) } ?? ""
    let path = folder + location
    guard let base = resolvedPath(folder.isEmpty ? "." : folder) else {
      throw .unreadable(path: folder, reason: "cannot be opened: \(systemMessage(errno))")
    }
    guard let target = resolvedPath(path) else {
      throw .unreadable(
        path: path,
        reason: "cannot be opened: \(systemMessage(errno)); "
          + "\(printable(name)) has its data there")
    }
    guard target.starts(with: base.last == UInt8(ascii: "/") ? base : base + [UInt8(ascii: "/")])
    else {
      throw .unsupported(
        name: name,
        reason: "external data in \(quoted(location)), a link to another folder; \(expectation)")
    }
    // A pipe would be waited for and copied.
    guard try !OpenInput(path: path).isPipe else {
      throw .unreadable(path: path, reason: "is a pipe; expected a file")
    }
    return try ReadableFile(path: path)
  }

  /// The entries of `external_data`, as they are read.
  struct Entries {
    private var texts: [String: String] = [:]

    /// Reads one key with its value.
    mutating func append(
      _ message: Range<Int>, in reader: ProtobufReader
    ) throws(TensorFileError) {
      var (key, value): (String?, Range<Int>?) = (nil, nil)
      var fields = reader.fields(in: message)
      while let field = try fields.next() {
        switch field.number {
        case 1:
          let text = try reader.text(try fields.bytes(field), limit: Int(PATH_MAX))
          try fields.keep(text, in: &key, field)
        case 2: try fields.keep(try fields.bytes(field), in: &value, field)
        default: continue
        }
      }
      guard let key, ["location", "offset", "length"].contains(key) else { return }
      let text = try reader.text(value ?? 0..<0, limit: Int(PATH_MAX))
      guard key == "location" || Int(text).map({ $0 >= 0 }) == true else {
        throw reader.malformed("external \(key) \(quoted(text))", at: message.lowerBound)
      }
      guard texts.updateValue(text, forKey: key) == nil else {
        throw reader.malformed("a second external \(key)", at: message.lowerBound)
      }
    }

    /// What the entries say together.
    func data(
      of tensor: Range<Int>, in reader: ProtobufReader
    ) throws(TensorFileError) -> ONNXExternalData {
      guard let location = texts["location"] else {
        throw reader.malformed("external data without a location", at: tensor.lowerBound)
      }
      return ONNXExternalData(
        location: location, offset: texts["offset"].flatMap { Int($0) } ?? 0,
        length: texts["length"].flatMap { Int($0) })
    }
  }
}

/// The path that `path` leads to, without links; nil where it leads nowhere.
private func resolvedPath(_ path: String) -> [UInt8]? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return Array(String(cString: resolved).utf8)
}
