/// The tensors of a file or of a selection of its members, and the selected members that are not
/// tensors of floats.
public struct TensorListing: Sendable {
  /// A member of a container that is not a tensor of floats.
  public struct LeftOut: Hashable, Sendable {
    /// The name of the member in the container.
    public let name: String
    /// The container's name of its type, such as `I64`.
    public let type: String
  }

  /// The name of the file in messages.
  public let fileName: String
  /// At least one tensor, in natural order of the names: `layer.2` before `layer.10`.
  public let tensors: [TensorFile]
  /// The selected members that are not tensors of floats, in the same order.
  public let leftOut: [LeftOut]
  /// Those of them whose bytes can be copied.
  public let raw: [RawTensor]

  /// One line of limited length about ``leftOut``; nil if that is empty.
  public var remark: String? {
    guard !leftOut.isEmpty else { return nil }
    let members =
      leftOut.count == 1
      ? "1 member that is no float tensor" : "\(leftOut.count) members that are no float tensors"
    return "\(printable(fileName)): left out \(members): \(Self.text(of: leftOut))"
  }

  /// The same for a caller that copies ``raw``: which members are copied, and which are left out;
  /// nil if all are tensors.
  public var copyRemark: String? {
    let copied = Set(raw.map { ExactName($0.name) })
    let left = leftOut.filter { !copied.contains(ExactName($0.name)) }
    let kept = leftOut.filter { copied.contains(ExactName($0.name)) }
    let parts = [("copied as they are", kept), ("left out", left)]
      .filter { !$0.1.isEmpty }.map { "\($0.0): \(Self.text(of: $0.1))" }
    return parts.isEmpty ? nil : "\(printable(fileName)): \(parts.joined(separator: "; "))"
  }

  /// The first of some members with their types, and the number of the others.
  static func text(of leftOut: [LeftOut]) -> String {
    let some = leftOut.prefix(8).map {
      "\(printable($0.name, limit: 60)) (\(printable($0.type, limit: 60)))"
    }
    let rest = leftOut.count > 8 ? " and \(leftOut.count - 8) more" : ""
    return some.joined(separator: ", ") + rest
  }
}

extension TensorListing {
  /// Creates the listing of a file that is one tensor.
  init(_ tensor: TensorFile) {
    (fileName, tensors, leftOut, raw) = (tensor.name, [tensor], [], [])
  }

  /// Creates the listing of some members of a container.
  ///
  /// - Parameter selection: The name of one member, or else a pattern for names; nil for all members.
  init(_ container: any TensorContainer, _ selection: String?) throws(TensorFileError) {
    fileName = container.file.name
    if let selection, let name = container.memberName(selection) {
      switch Self.member(name, in: container) {
      case .other(_, let reason, _):
        throw .unsupported(name: "\(fileName)#\(selection)", reason: reason)
      case .tensor(let tensor): (tensors, leftOut, raw) = ([tensor], [], [])
      }
      return
    }
    let names = try Self.names(in: container, selection)
    let strays = try container.strays()
    var tensors: [TensorFile] = []
    var leftOut = selection == nil ? strays : []
    var raw: [RawTensor] = []
    for name in names {
      switch Self.member(name, in: container) {
      case .tensor(let tensor): tensors.append(tensor)
      case .other(let type, _, let bytes):
        leftOut.append(LeftOut(name: name, type: type))
        if let bytes { raw.append(bytes) }
      }
    }
    guard !tensors.isEmpty else {
      let found = leftOut.isEmpty ? "" : " but \(Self.text(of: leftOut))"
      throw .noSuchTensor(
        name: fileName + (selection.map { "#" + $0 } ?? ""),
        reason: "holds no float tensor\(found); \(ElementType.expectation)")
    }
    (self.tensors, self.leftOut, self.raw) = (tensors, leftOut, raw)
  }

  /// The member of a name.
  ///
  /// A member that is wrong becomes a tensor with a fault.
  private static func member(
    _ name: String, in container: any TensorContainer
  ) -> ContainerMember {
    do throws(TensorFileError) {
      return try container.member(name)
    } catch {
      return .tensor(TensorFile(faulty: name, in: container.file, fault: error))
    }
  }

  /// The names that a pattern matches; all names without a pattern.
  private static func names(
    in container: any TensorContainer, _ selection: String?
  ) throws(TensorFileError) -> [String] {
    guard let selection else { return container.memberNames }
    let pattern = NamePattern(selection)
    let names = container.memberNames.filter { pattern?.matches($0) ?? false }
    guard names.isEmpty else { return names }
    throw noSuchTensor(
      name: "\(container.file.name)#\(selection)", isPattern: pattern != nil,
      available: container.memberNames)
  }
}

/// The reason why elements of a type cannot be read, for messages.
func unsupportedElement(_ type: String) -> String {
  "unsupported element type \(type); \(ElementType.expectation)"
}

/// The error for a name that does not exist, or a pattern that matches no name.
///
/// It lists some that exist.
private func noSuchTensor(name: String, isPattern: Bool, available: [String]) -> TensorFileError {
  let fault = isPattern ? "no tensor of such a name" : "no such tensor"
  let some = available.prefix(8).map(quoted).joined(separator: ", ")
  let rest = available.count > 8 ? " and \(available.count - 8) more" : ""
  return .noSuchTensor(
    name: name,
    reason: available.isEmpty
      ? "\(fault); the file holds none" : "\(fault); expected one of \(some)\(rest)")
}
