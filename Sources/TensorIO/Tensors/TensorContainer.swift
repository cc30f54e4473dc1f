internal import Synchronization

/// A file of several named tensors, with what names them read and checked.
///
/// Holds no file open.
protocol TensorContainer: Sendable {
  /// The file, as it was when it was read.
  var file: FileReference { get }
  /// Every member, in natural order.
  var memberNames: [String] { get }
  /// The name of a member, right or wrong, that may have been given otherwise; nil where there is
  /// none.
  func memberName(_ wanted: String) -> String?
  /// What the member of a name is.
  ///
  /// - Precondition: There is one.
  /// - Throws: What is wrong with this member.
  func member(_ name: String) throws(TensorFileError) -> ContainerMember
  /// What lies in the container and has no name in it.
  ///
  /// - Throws: What concerns all members and cannot be known from the container alone.
  func strays() throws(TensorFileError) -> [TensorListing.LeftOut]
}

extension TensorContainer {
  func strays() throws(TensorFileError) -> [TensorListing.LeftOut] { [] }
}

/// What one name in a container stands for.
enum ContainerMember {
  case tensor(TensorFile)
  /// Something else: what the file calls it, why it is not read, and where it lies if that is known.
  case other(type: String, reason: String, raw: RawTensor? = nil)
}

/// The containers opened last, so that asking one of N members N times takes time linear in N.
///
/// A container is found again by path and version: a file that has been replaced is another.
enum ContainerCache {
  private struct Key: Hashable {
    let path: ExactName
    let version: FileVersion
  }

  private struct Entries {
    var containers: [Key: any TensorContainer] = [:]
    /// Least recently used first.
    var order: [Key] = []
    var members = 0
  }

  private static let entries = Mutex(Entries())
  /// Bounds memory: a member takes some hundred bytes.
  private static let maximumMembers = 1 << 17
  private static let maximumContainers = 64

  /// The container that was read before from this version of the file.
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

  /// Keeps a container, unless it is too young or too large.
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
