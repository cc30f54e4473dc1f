internal import Synchronization

/// A file with several named tensors, whose names have been read and checked.
///
/// It keeps no file open.
protocol TensorContainer: Sendable {
  /// The file, with its version when the names were read.
  var file: FileReference { get }
  /// The names of all members, in natural order.
  var memberNames: [String] { get }
  /// The name of the member that a user means by `wanted`; nil if there is none. The member may have a
  /// fault.
  func memberName(_ wanted: String) -> String?
  /// The member of a name.
  ///
  /// - Precondition: There is a member of that name.
  /// - Throws: The fault of this member.
  func member(_ name: String) throws(TensorFileError) -> ContainerMember
  /// Tensors in the files of the container that have no name in it.
  ///
  /// - Throws: Faults that concern all members and were not found when the names were read.
  func strays() throws(TensorFileError) -> [TensorListing.LeftOut]
}

extension TensorContainer {
  func strays() throws(TensorFileError) -> [TensorListing.LeftOut] { [] }
}

/// A member of a container.
enum ContainerMember {
  case tensor(TensorFile)
  /// Something else: its type in the file, the reason why it cannot be read, and its place if that
  /// is known.
  case other(type: String, reason: String, raw: RawTensor? = nil)
}

/// A cache of the containers that were opened last.
///
/// So opening each of N members, one by one, takes time linear in N.
///
/// The key is the path and the version of the file, so a file that has changed is read again.
enum ContainerCache {
  private struct Key: Hashable {
    let path: ExactName
    let version: FileVersion
  }

  private struct Entries {
    var containers: [Key: any TensorContainer] = [:]
    /// The keys, least recently used first.
    var order: [Key] = []
    var members = 0
  }

  private static let entries = Mutex(Entries())
  /// The largest number of members in the cache; a member has about a hundred bytes.
  private static let maximumMembers = 1 << 17
  private static let maximumContainers = 64

  /// The cached container of this version of the file.
  static func container(at path: String, _ version: FileVersion) -> (any TensorContainer)? {
    let key = Key(path: ExactName(path), version: version)
    return entries.withLock { entries in
      guard let found = entries.containers[key] else { return nil }
      if entries.order.last != key {
        entries.order.removeAll { $0 == key }
        entries.order.append(key)
      }
      return found
    }
  }

  /// Caches a container, unless it is too large, or its file has changed so recently that a further
  /// change might not be noticed.
  static func keep(_ container: any TensorContainer, at path: String, _ version: FileVersion) {
    guard version.isSettled, container.memberNames.count <= maximumMembers else { return }
    let key = Key(path: ExactName(path), version: version)
    entries.withLock { entries in
      guard entries.containers.updateValue(container, forKey: key) == nil else { return }
      entries.order.append(key)
      entries.members += container.memberNames.count
      while entries.members > maximumMembers || entries.order.count > maximumContainers {
        let oldest = entries.order.removeFirst()
        entries.members -= entries.containers.removeValue(forKey: oldest)?.memberNames.count ?? 0
      }
    }
  }
}
