internal import QuantizationCore
internal import RangeFormats

extension CatalogEntry {
  /// The formats that ranges go out to and come in from.
  static let formats = RangeFormatRegistry.all.map(CatalogEntry.init)

  /// A format, and what it can express.
  init(_ codec: any RangeCodec) {
    let ability = codec.ability
    let versions = ability.versions.joined(separator: ", ")
    let options = codec.options.map { "--\($0.rawValue)" }.sorted().joined(separator: ", ")
    self.init(
      name: codec.name, summary: codec.summary,
      facts: [
        Fact(name: "weights", text: Self.text(ability.weights)),
        Fact(name: "activations", text: Self.text(ability.activations)),
        Fact(name: "codes", text: Self.codes(ability)),
        Fact(name: "scales", text: Self.text(ability.scales)),
        Fact(name: "file", text: ability.isText ? "text" : "binary"),
        Fact(
          name: "options", text: versions.isEmpty ? options : "\(options) (\(versions))"),
      ], reference: "")
  }

  /// `tensor, channel; 8 bits`: the lanes and the widths.
  private static func text(_ tensors: FormatAbility.Tensors?) -> String {
    guard let tensors else { return "none" }
    return tensors.lanes.map(\.rawValue).joined(separator: ", ") + "; " + bitsText(tensors.bits)
  }

  /// The codes of weights and activations, once where they are the same.
  private static func codes(_ ability: FormatAbility) -> String {
    let texts = [("weights", ability.weights), ("activations", ability.activations)].compactMap {
      word, tensors in tensors.map { (word, text($0.grids)) }
    }
    guard let first = texts.first else { return "" }
    return texts.allSatisfy { $0.1 == first.1 }
      ? first.1 : texts.map { "\($0.0): \($0.1)" }.joined(separator: "; ")
  }

  /// `narrow -> full, affine unsigned`: codes that become others, and those that stay.
  private static func text(_ grids: FormatAbility.Grids) -> String {
    guard case .some(let held) = grids else { return "all" }
    func words(_ levels: some Sequence<LevelSet>) -> String {
      GridFamily.inOrder(Set(levels.map { GridFamily($0) })).map(word).joined(separator: ", ")
    }
    let targets = GridFamily.inOrder(Set(held.values.map { GridFamily($0) })).map(\.levels)
    return targets.map { target in
      let others = held.filter { $0.value == target && $0.key != target }.keys
      return words([target]) + (others.isEmpty ? "" : " (also for \(words(others)))")
    }.joined(separator: ", ")
  }

  /// The grid in a word or two: unsigned codes are of both schemes.
  private static func word(_ family: GridFamily) -> String {
    family.scheme == .affine ? "affine \(family.gridName)" : family.gridName
  }

  private static func text(_ scales: FormatAbility.Scales) -> String {
    switch scales {
    case .exact: "exact"
    case .within(let units): "within \(units) ulp"
    case .rounded(let format): "rounded to \(format.rawValue)"
    }
  }
}
