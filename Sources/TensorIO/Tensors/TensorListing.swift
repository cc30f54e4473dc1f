/// The tensors that a file, or a part of it, stands for, and what had to be left out.
public struct TensorListing: Sendable {
  /// A member of a container that is not a tensor of floats.
  public struct LeftOut: Hashable, Sendable {
    /// Its name in the container.
    public let name: String
    /// What the container calls its type, such as `I64`.
    public let type: String
  }

  /// The file that was listed, as messages call it.
  public let fileName: String
  /// At least one tensor, in natural order of the names: `layer.2` before `layer.10`.
  public let tensors: [TensorFile]
  /// What else was asked for, in the same order.
  public let leftOut: [LeftOut]
  /// Those of them that can be copied as they are.
  public let raw: [RawTensor]

  /// What was left out, in one line of bounded length; nil where nothing was.
  public var remark: String? {
    guard !leftOut.isEmpty else { return nil }
    let members =
      leftOut.count == 1
      ? "1 member that is no float tensor" : "\(leftOut.count) members that are no float tensors"
    return "\(printable(fileName)): left out \(members): \(Self.text(of: leftOut))"
  }

  /// What is copied and what is left out where whatever can be copied is; nil where all are tensors.
  public var copyRemark: String? {
    let copied = Set(raw.map { ExactName($0.name) })
    let left = leftOut.filter { !copied.contains(ExactName($0.name)) }
    let kept = leftOut.filter { copied.contains(ExactName($0.name)) }
    let parts = [("copied as they are", kept), ("left out", left)]
      .filter { !$0.1.isEmpty }.map { "\($0.0): \(Self.text(of: $0.1))" }
    return parts.isEmpty ? nil : "\(printable(fileName)): \(parts.joined(separator: "; "))"
  }

  /// The first of some members with their types, and how many more there are.
  static func text(of leftOut: [LeftOut]) -> String {
    let some = leftOut.prefix(8).map {
      "\(printable($0.name, limit: 60)) (\(printable($0.type, limit: 60)))"
    }
    let rest = leftOut.count > 8 ? " and \(leftOut.count - 8) more" : ""
    return some.joined(separator: ", ") + rest
  }
}

extension TensorListing {
  /// A file that is one tensor.
  init(_ tensor: TensorFile) {
    (fileName, tensors, leftOut, raw) = (tensor.name, [tensor], [], [])
  }

  /// The members of a container that a selection names.
  ///
  /// - Parameter selection: The name of one member, or else a pattern over names; nil for all.
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

  /// A member; one that is wrong is a tensor with a fault.
  private static func member(
    _ name: String, in container: any TensorContainer
  ) -> ContainerMember {
    do throws(TensorFileError) {
      return try container.member(name)
    } catch {
      return .tensor(TensorFile(faulty: name, in: container.file, fault: error))
    }
  }

  /// The names that a pattern matches, or all.
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

/// What is wrong with elements that are not floats, or floats of a kind that is not read.
func unsupportedElement(_ type: String) -> String {
  "unsupported element type \(type); \(ElementType.expectation)"
}

/// The error for a name that is not there, or a pattern that fits none, with some that are.
private func noSuchTensor(name: String, isPattern: Bool, available: [String]) -> TensorFileError {
  let fault = isPattern ? "no tensor of such a name" : "no such tensor"
  let some = available.prefix(8).map(quoted).joined(separator: ", ")
  let rest = available.count > 8 ? " and \(available.count - 8) more" : ""
  return .noSuchTensor(
    name: name,
    reason: available.isEmpty
      ? "\(fault); the file holds none" : "\(fault); expected one of \(some)\(rest)")
}
