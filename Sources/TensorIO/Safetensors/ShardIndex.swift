/// The index of a checkpoint that is cut into several .safetensors files, as Hugging Face's
/// libraries write it: `{"metadata": ..., "weight_map": {TENSOR: FILE, ...}}`.
struct ShardIndex: TensorContainer {
  let file: FileReference
  /// The file of each tensor.
  private let shards: [ExactName: String]
  let memberNames: [String]
  /// The path before the name of a shard.
  private let folder: String

  /// The largest index; one of a million tensors is about as large.
  static let maximumBytes = 1 << 26

  /// Reads an index; its shards are not opened yet.
  init(_ file: ReadableFile) throws(TensorFileError) {
    guard !file.isCopy else {
      throw .unsupported(
        name: file.name, reason: "an index of shards has no folder here; expected its path")
    }
    guard file.size <= Self.maximumBytes else {
      throw .unsupported(
        name: file.name,
        reason: "index of \(file.size) bytes; expected at most \(Self.maximumBytes)")
    }
    self.file = file.reference
    folder = file.path.lastIndex(of: "/").map { String(file.path[...$0]) } ?? ""
    var shards: [ExactName: String] = [:]
    for member in try Self.weightMap(
      of: try file.bytes(at: 0, count: file.size), name: file.name)
    {
      shards[ExactName(member.key)] = try Self.shard(
        member.value, name: "\(file.name)#\(member.key)")
    }
    self.shards = shards
    memberNames = shards.keys.map(\.text).sorted(by: naturallyPrecedes)
  }

  func memberName(_ wanted: String) -> String? {
    shards[ExactName(wanted)] == nil ? nil : wanted
  }

  /// The tensors of the shards that the index does not name.
  ///
  /// It reads the header of each shard, one after the other.
  func strays() throws(TensorFileError) -> [TensorListing.LeftOut] {
    let tensors = Dictionary(grouping: memberNames) { ExactName(shards[ExactName($0)] ?? "") }
    let files = tensors.keys.map(\.text).sorted(by: naturallyPrecedes)
    let missing = files.filter { FileVersion(path: folder + $0) == nil }
    if let first = missing.first {
      throw .unreadable(
        path: folder + first,
        reason: "is missing, \(missing.count) of the \(files.count) shards that "
          + "\(printable(file.name)) names are; expected them in its folder")
    }
    var strays: [TensorListing.LeftOut] = []
    for shard in files {
      let container = try TensorFileContents.shard(path: folder + shard)
      for name in tensors[ExactName(shard)] ?? [] where container.memberName(name) == nil {
        throw lacking(name, shard)
      }
      for name in container.memberNames where shards[ExactName(name)] == nil {
        strays.append(TensorListing.LeftOut(name: name, type: "not in the index"))
      }
    }
    return strays
  }

  func member(_ name: String) throws(TensorFileError) -> ContainerMember {
    guard let shard = shards[ExactName(name)] else { preconditionFailure("no tensor \(name)") }
    let container = try TensorFileContents.shard(path: folder + shard)
    guard container.memberName(name) != nil else { throw lacking(name, shard) }
    let member = try container.member(name)
    switch member {
    case .tensor(let tensor): return .tensor(TensorFile(tensor, through: file))
    case .other: return member
    }
  }

  private func lacking(_ name: String, _ shard: String) -> TensorFileError {
    .malformed(
      name: "\(file.name)#\(name)",
      reason: "the shard \(quoted(shard)) has no such tensor; expected what the index says")
  }

  private static func weightMap(
    of text: [UInt8], name: String
  ) throws(TensorFileError) -> [JSONValue.Member] {
    do throws(JSONValue.Fault) {
      guard case .object(let members) = try JSONValue(parsing: text)["weight_map"] else {
        throw JSONValue.Fault(offset: 0, reason: "no 'weight_map'")
      }
      return members
    } catch {
      throw .malformed(
        name: name,
        reason: "is no index of shards: \(error.reason) at byte \(error.offset); expected a JSON "
          + "object with a 'weight_map' of tensors and their files")
    }
  }

  /// The name of the file of a tensor.
  ///
  /// Throws if it is not the name of a file in the folder of the index.
  private static func shard(
    _ value: JSONValue, name: String
  ) throws(TensorFileError) -> String {
    let expectation = "expected the name of a .safetensors file in the folder of the index"
    guard let shard = value.string else {
      throw .malformed(name: name, reason: "the shard is not a string; \(expectation)")
    }
    guard !shard.utf8.contains(UInt8(ascii: "/")), !shard.utf8.contains(0),
      shard.removing(suffix: ".safetensors") != nil
    else { throw .unsupported(name: name, reason: "the shard \(quoted(shard)); \(expectation)") }
    return shard
  }
}
