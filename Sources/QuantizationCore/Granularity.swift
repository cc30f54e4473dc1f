/// Which values share one scale and zero point.
public enum Granularity: Hashable, Sendable, CustomStringConvertible {
  /// The whole tensor is one lane.
  case tensor
  /// One lane for each index along an axis.
  case channel(axis: Int)
  /// One lane for each `size` neighbours along the last axis; the last of a row may be shorter.
  case group(size: Int)

  /// As files and command lines write it: `tensor`, `channel:0`, `group:128`.
  public var description: String {
    switch self {
    case .tensor: "tensor"
    case .channel(let axis): "channel:\(axis)"
    case .group(let size): "group:\(size)"
    }
  }

  /// The part before the colon: `tensor`, `channel` or `group`.
  public var kind: String { String(description.prefix { $0 != ":" }) }

  /// Reads what ``description`` writes; nothing for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    switch (parts.first, parts.count) {
    case ("tensor", 1): self = .tensor
    case ("channel", 2):
      guard let axis = Int(parts[1]), axis >= 0 else { return nil }
      self = .channel(axis: axis)
    case ("group", 2):
      guard let size = Int(parts[1]), size >= 1 else { return nil }
      self = .group(size: size)
    default: return nil
    }
  }
}
