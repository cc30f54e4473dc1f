extension Granularity: LosslessStringConvertible {
  /// As files and command lines write it: `tensor`, `channel:0`, `group:128`, `group:128@0`,
  /// `block:128x128`.
  public var description: String {
    guard let first = named.first else { return "tensor" }
    if others == .all { return "channel:\(first.axis)" }
    let lengths = named.map(\.extent.description).joined(separator: "x")
    if named.count > 1 { return "block:\(lengths)" }
    return "group:\(lengths)" + (first.axis == -1 ? "" : "@\(first.axis)")
  }

  /// The part before the colon: `tensor`, `channel`, `group` or `block`.
  public var kind: String { String(description.prefix { $0 != ":" }) }

  /// The parts before the colon that there are.
  public static let kinds = ["tensor", "channel", "group", "block"]

  /// What there is to write, for messages.
  public static let expectation =
    "tensor, channel:AXIS, group:SIZE, group:SIZE@AXIS or block:ROWSxCOLUMNS"

  /// As headings have it: `whole tensor`, `channels of axis 0`, `groups of 32 along axis 0`.
  package var title: String {
    guard let first = named.first else { return "whole tensor" }
    if others == .all { return "channels of axis \(first.axis)" }
    let lengths = named.map(\.extent.description).joined(separator: " by ")
    if named.count > 1 { return "blocks of \(lengths)" }
    return "groups of \(lengths)" + (first.axis == -1 ? "" : " along axis \(first.axis)")
  }

  /// Reads what ``description`` writes, and other spellings of it.
  ///
  /// `group:128@-1` and `block:128` are `group:128`. Nothing for anything else.
  public init?(_ text: String) {
    if text == "tensor" {
      self = .tensor
      return
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    switch parts[0] {
    case "channel":
      guard let axis = Int(parts[1]) else { return nil }
      self = .channel(axis: axis)
    case "group":
      let numbers = parts[1].split(separator: "@", omittingEmptySubsequences: false)
      guard numbers.count <= 2, let extent = Extent(numbers[0]) else { return nil }
      guard let axis = numbers.count == 2 ? Int(numbers[1]) : -1 else { return nil }
      self = Granularity(named: [NamedExtent(axis: axis, extent: extent)], others: .size(1))
    case "block":
      let lengths = parts[1].split(separator: "x", omittingEmptySubsequences: false)
      let extents = lengths.compactMap { Extent($0) }
      guard extents.count == lengths.count else { return nil }
      self = .block(extents)
    default: return nil
    }
  }
}

extension Granularity.Extent: CustomStringConvertible {
  /// A number, or `all`.
  public var description: String {
    switch self {
    case .size(let size): "\(size)"
    case .all: "all"
    }
  }

  fileprivate init?(_ text: Substring) {
    if text == "all" {
      self = .all
    } else {
      guard let size = Int(text), size >= 1 else { return nil }
      self = .size(size)
    }
  }
}
