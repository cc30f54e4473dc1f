internal import ModelFiles

/// Tensors of the shape [N, C, ...] as [N, C, elements], whatever the number of their spatial axes.
extension GraphWriter {
  /// The tensor as [N, C, elements].
  mutating func byChannel(_ tensor: String) -> String { reshaped(tensor, to: [0, 0, -1]) }

  /// The sum over all but the channels, [C], of a tensor [N, C, elements].
  mutating func channelSums(_ tensor: String) -> String {
    sum(tensor, over: list([0, 2]), keepsAxes: false)
  }

  /// Numbers of channels, [C], as [1, C, 1].
  mutating func acrossChannels(_ values: String) -> String { reshaped(values, to: [1, -1, 1]) }
}
