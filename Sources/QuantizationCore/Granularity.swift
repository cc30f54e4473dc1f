/// Which values share one scale and zero point.
///
/// Axes count from 0, or from the end: -1 is the last axis of every tensor, whatever its rank.
public enum Granularity: Hashable, Sendable, CustomStringConvertible {
  /// The whole tensor is one lane.
  case tensor
  /// One lane for each index along an axis.
  case channel(axis: Int)
  /// One lane for each `size` neighbours along an axis; the last of a row may be shorter.
  ///
  /// The lanes are in the order of the scales of a blocked ONNX `QuantizeLinear`: the tensor's own
  /// order, with the groups in the place of the axis.
  case group(size: Int, axis: Int)

  /// Groups along the last axis.
  public static func group(size: Int) -> Granularity { .group(size: size, axis: -1) }

  /// As files and command lines write it: `tensor`, `channel:0`, `group:128`, `group:128@0`.
  public var description: String {
    switch self {
    case .tensor: "tensor"
    case .channel(let axis): "channel:\(axis)"
    case .group(let size, -1): "group:\(size)"
    case .group(let size, let axis): "group:\(size)@\(axis)"
    }
  }

  /// The part before the colon: `tensor`, `channel` or `group`.
  public var kind: String { String(description.prefix { $0 != ":" }) }

  /// What there is to write, for messages.
  public static let expectation = "tensor, channel:AXIS, group:SIZE or group:SIZE@AXIS"

  /// Reads what ``description`` writes, and `group:128@-1` for `group:128`; nothing for anything
  /// else.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    switch (parts.first, parts.count) {
    case ("tensor", 1): self = .tensor
    case ("channel", 2):
      guard let axis = Int(parts[1]) else { return nil }
      self = .channel(axis: axis)
    case ("group", 2):
      let numbers = parts[1].split(separator: "@", omittingEmptySubsequences: false)
      guard numbers.count <= 2, let size = Int(numbers[0]), size >= 1 else { return nil }
      guard let axis = numbers.count == 2 ? Int(numbers[1]) : -1 else { return nil }
      self = .group(size: size, axis: axis)
    default: return nil
    }
  }

  /// The place of the axis in a shape, from 0; nothing for a whole tensor, or where there is no such
  /// axis.
  public func axis(in shape: [Int]) -> Int? {
    switch self {
    case .tensor: return nil
    case .channel(let axis), .group(_, let axis):
      let place = axis < 0 ? axis + shape.count : axis
      return shape.indices.contains(place) ? place : nil
    }
  }
}
