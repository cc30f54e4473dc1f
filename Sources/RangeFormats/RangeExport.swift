internal import QuantizationCore
package import RangeFiles
internal import TensorIO

/// Ranges on their way to a file of another tool.
package struct RangeExport: Sendable {
  /// The format.
  package let codec: any RangeCodec
  /// What the user asks, and what is known of the model.
  package private(set) var context: FormatContext
  /// The name that the other tool has for a tensor, where it is another one.
  package let names: TensorAliases

  /// What was written.
  package struct Result: Sendable {
    /// The files.
    package let files: [FormatFile]
    /// What the user should know, a line each.
    package let notes: [String]
    /// The tensors that were left out.
    package let dropped: [RefusedTensor]
    /// The tensors that the runtime quantizes otherwise than was chosen.
    package let substitutes: [Substitute]
  }

  /// A tensor for which the runtime has other codes, so that it clips elsewhere than was chosen: often one step lower,
  /// where a format has no narrow grid.
  package struct Substitute: Hashable, Sendable {
    /// The ranges as they were chosen.
    package let chosen: TensorRange
    /// The ranges that the runtime has: its codes, and the scales of the file.
    package let runtime: TensorRange
  }

  /// Prepares a format.
  ///
  /// - Throws: ``FormatFault`` for an option that means nothing to the format.
  package init(
    _ codec: any RangeCodec, _ context: FormatContext = FormatContext(),
    names: TensorAliases = TensorAliases()
  ) throws(FormatFault) {
    try codec.check(context.options)
    (self.codec, self.context, self.names) = (codec, context, names)
    self.context.model = context.model?.renamed(names)
    self.context.weights = context.weights.map { RenamedWeights(source: $0, names: names) }
  }

  /// Writes ranges, and reads them back to see what the file holds.
  ///
  /// - Parameter dropping: Whether tensors that the format cannot express are left out.
  /// - Throws: ``FormatFault`` that names the tensors that cannot be expressed and the reasons.
  /// - Complexity: O(scales).
  package func write(_ ranges: RangeSet, dropping: Bool) throws(FormatFault) -> Result {
    var kept: [TensorRange] = []
    var refused: [RefusedTensor] = []
    for range in ranges.tensors {
      let named = range.named(names.theirs(range.name))
      if let model = context.model, model.entry(named.name) == nil {
        throw model.unknown(named.name)
      }
      if let reason = codec.refusal(of: named, context) {
        refused.append(RefusedTensor(name: range.name, reason: reason))
      } else {
        kept.append(named)
      }
    }
    guard dropping || refused.isEmpty else { throw refusal(refused, of: ranges) }
    guard !kept.isEmpty else {
      throw refused.isEmpty
        ? FormatFault("there are no tensors to write") : refusal(refused, of: ranges)
    }
    if let name = TensorIdentity.repeated(kept) {
      throw FormatFault("two tensors are called \(quoted(name)); expected every name once")
    }
    let set = RangeSet(model: ranges.model, tensors: kept)
    let output = try codec.encode(set, context)
    let check = try check(output.files, of: set)
    return Result(
      files: output.files, notes: output.notes + holdingNotes(kept) + check.notes,
      dropped: refused, substitutes: check.substitutes)
  }

  private func refusal(_ refused: [RefusedTensor], of ranges: RangeSet) -> FormatFault {
    FormatFault(
      "\(refused.count) of \(counted(ranges.tensors.count, "tensor")) cannot be written as \(codec.name); "
        + "--drop leaves them out\n"
        + RefusedTensor.lines(refused).map { "  \($0)" }.joined(separator: "\n"))
  }

  /// What becomes of grids that the format does not have.
  private func holdingNotes(_ kept: [TensorRange]) -> [String] {
    var counts: [(what: String, count: Int)] = []
    for range in kept {
      let held = codec.held(range, context)
      guard held.grid != range.grid else { continue }
      let change = held.grid.codes.count - range.grid.codes.count
      let effect =
        change > 0 && codec.ability.holdsCodes
        ? ", which has a code more that no value has"
        : change > 0
          ? ": the runtime also uses the codes that were left out"
          : change < 0 ? ": the runtime does not use the lowest code" : ", the same reals"
      let what = "\(range.grid) is held as \(held.grid)\(effect)"
      if let place = counts.firstIndex(where: { $0.what == what }) {
        counts[place].count += 1
      } else {
        counts.append((what, 1))
      }
    }
    return counts.map { "\(counted($0.count, "tensor")): \($0.what)" }
  }

  /// Whether codes that were read back are those that were written; a model shows only those that it uses.
  private func isHeld(_ codes: ClosedRange<Int>, as written: ClosedRange<Int>) -> Bool {
    codec.isModel ? written.contains(codes) : written == codes
  }

  /// Reads what was written, and says how far scales are from those that were meant and which codes are others.
  private func check(
    _ files: [FormatFile], of set: RangeSet
  ) throws(FormatFault) -> (notes: [String], substitutes: [Substitute]) {
    guard let first = files.first else { return ([], []) }
    var context = context
    context.model = context.model ?? ModelDirectory(set)
    context.options = codec.optionsToRead(set, context.options)
    let input = FormatInput(first.data) { suffix in files.first { $0.suffix == suffix }?.data }
    let read: FormatReading
    do { read = try codec.decode(input, context) } catch {
      throw FormatFault("what was written cannot be read: \(error)")
    }
    let places = Dictionary(
      read.tensors.enumerated().map { (TensorIdentity($1), $0) },
      uniquingKeysWith: { first, _ in first })
    var (changed, lanes, most) = (0, 0, 0)
    var substitutes: [Substitute] = []
    for range in set.tensors {
      let held = codec.held(range, context)
      guard let place = places[TensorIdentity(held)],
        read.tensors[place].scales.count == held.scales.count
      else { throw FormatFault("\(quoted(range.name)) cannot be read back") }
      let back = read.tensors[place]
      lanes += held.scales.count
      // Codes of weights that are in the file are those that were chosen.
      if !codec.ability.holdsCodes, held.levels(ofLane: 0) != range.levels(ofLane: 0) {
        substitutes.append(substitute(for: range, held.with(scales: back.scales)))
      }
      for lane in held.scales.indices {
        guard back.grid.family.table == held.grid.family.table,
          isHeld(back.levels(ofLane: lane), as: held.levels(ofLane: lane))
        else {
          throw FormatFault("lane \(lane) of \(quoted(range.name)) is read back with other codes")
        }
        let distance =
          Int(back.scales[lane].bitPattern) - Int(held.scales[lane].bitPattern)
        if distance != 0 {
          (changed, most) = (changed + 1, max(most, distance.magnitude.clampedInt))
        }
      }
    }
    let note =
      "\(changed) of \(counted(lanes, "scale")) are read back as another Float32, at most "
      + "\(counted(most, "unit")) in the last place away"
    return (changed > 0 ? [note] : [], substitutes)
  }

  /// What the runtime has in place of a range, both under our name.
  private func substitute(for range: TensorRange, _ runtime: TensorRange) -> Substitute {
    let name = names.ours(range.name)
    return Substitute(chosen: range.named(name), runtime: runtime.named(name))
  }
}

extension UInt {
  fileprivate var clampedInt: Int { Int(clamping: self) }
}

extension RangeCodec {
  /// Refuses options that mean nothing to the format.
  package func check(_ asked: FormatOptions) throws(FormatFault) {
    if let option = asked.given.first(where: { !options.contains($0) }) {
      let known = options.map { "--\($0.rawValue)" }.sorted().joined(separator: ", ")
      throw FormatFault(
        "--\(option.rawValue) means nothing to \(name)"
          + (known.isEmpty ? "" : "; it knows \(known)"))
    }
    if let version = asked.version, !ability.versions.contains(version) {
      throw FormatFault(
        "--format-version: \(name) has no version \(quoted(version)); expected "
          + ability.versions.joined(separator: ", "))
    }
  }
}
