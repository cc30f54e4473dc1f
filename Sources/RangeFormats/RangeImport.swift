package import RangeFiles
internal import TensorIO

/// Ranges on their way from a file of another tool.
package struct RangeImport: Sendable {
  /// The format.
  package let codec: any RangeCodec
  /// What the user asks, and what is known of the model.
  package let context: FormatContext
  /// The name that the other tool has for a tensor, where it is another one.
  package let names: TensorAliases

  /// Prepares a format.
  ///
  /// - Throws: ``FormatFault`` for an option that means nothing to the format.
  package init(
    _ codec: any RangeCodec, _ context: FormatContext = FormatContext(),
    names: TensorAliases = TensorAliases()
  ) throws(FormatFault) {
    try codec.check(context.options)
    (self.codec, self.context, self.names) = (codec, context, names)
  }

  /// Reads ranges.
  ///
  /// With a model every name must be one of its tensors, and the ranges come in its order.
  ///
  /// - Returns: The ranges, and what the user should know, a line each.
  /// - Throws: ``FormatFault``: one message with its place.
  package func read(_ input: FormatInput) throws(FormatFault) -> (ranges: RangeSet, notes: [String])
  {
    var context = context
    context.model = context.model?.renamed(names)
    let reading = try codec.decode(input, context)
    guard !reading.tensors.isEmpty || !reading.unaligned.isEmpty else {
      throw FormatFault((["there are no ranges in it"] + reading.notes).joined(separator: "; "))
    }
    var tensors = reading.tensors.map { $0.named(names.ours($0.name)) }
    var unaligned = reading.unaligned.map {
      UnalignedRange(steps: $0.steps.named(names.ours($0.name)), lows: $0.lows)
    }
    let notes =
      reading.notes
      + (unaligned.isEmpty
        ? []
        : [
          "\(counted(unaligned.count, "tensor")) with zero between two codes: they can be scored, "
            + "and nothing else"
        ])
    if let name = TensorIdentity.repeated(tensors + unaligned.map(\.steps)) {
      throw FormatFault("two tensors are called \(quoted(name)); expected every name once")
    }
    guard let model = self.context.model else {
      return (RangeSet(model: reading.model, tensors: tensors, unaligned: unaligned), notes)
    }
    let all = tensors + unaligned.map(\.steps)
    if let stranger = all.first(where: { model.entry($0.name) == nil }) {
      throw model.unknown(stranger.name)
    }
    tensors.sort { (model.place($0.name) ?? 0) < (model.place($1.name) ?? 0) }
    unaligned.sort { (model.place($0.name) ?? 0) < (model.place($1.name) ?? 0) }
    return (RangeSet(model: model.model, tensors: tensors, unaligned: unaligned), notes)
  }
}
