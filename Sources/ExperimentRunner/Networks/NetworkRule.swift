package import NetworkQuantization
package import QuantizationCore
package import RangeEstimation

/// How the tensors of a kind get their ranges.
package struct NetworkRule: Sendable {
  /// Which weights share a range.
  package enum Sharing: Hashable, Sendable, CustomStringConvertible {
    /// All of a tensor.
    case tensor
    /// Those of one output channel.
    case channel
    /// So many neighbors along the axis of summation; weights of convolutions share by channel then.
    case group(Int)

    /// As command lines write it.
    package var description: String {
      switch self {
      case .tensor: "tensor"
      case .channel: "channel"
      case .group(let size): "group:\(size)"
      }
    }

    /// Reads what ``description`` writes; nothing for anything else.
    package init?(_ text: String) {
      switch text {
      case "tensor": self = .tensor
      case "channel": self = .channel
      default:
        guard text.hasPrefix("group:"), let size = Int(text.dropFirst(6)), size > 0 else {
          return nil
        }
        self = .group(size)
      }
    }

    /// The lanes of a weight.
    package func granularity(of weight: Placement.Weight) -> Granularity {
      switch self {
      case .tensor: .tensor
      case .channel: .channel(axis: weight.axis)
      case .group(let size):
        weight.groupAxis.map { .group(size: size, axis: $0) } ?? .channel(axis: weight.axis)
      }
    }
  }

  /// The rule.
  package let estimator: NamedEstimator
  /// The codes.
  package let grid: CodeGrid
  /// Which weights share a range; an activation is always one lane.
  package let sharing: Sharing

  /// A rule for tensors of a kind.
  package init(_ estimator: NamedEstimator, on grid: CodeGrid, sharing: Sharing = .tensor) {
    (self.estimator, self.grid, self.sharing) = (estimator, grid, sharing)
  }

  /// The same rule for codes of another width.
  package func at(_ bits: BitWidth) -> NetworkRule {
    NetworkRule(estimator, on: CodeGrid(grid.family, bits: bits), sharing: sharing)
  }
}
