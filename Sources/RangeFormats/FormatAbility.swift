package import QuantizationCore
package import RangeFiles

/// What a format can express.
package struct FormatAbility: Sendable {
  /// Which values of a tensor have a range of their own.
  package enum Lanes: String, Hashable, Sendable, CaseIterable {
    /// The whole tensor.
    case tensor
    /// The indices along one axis.
    case channel
    /// Neighbors along one axis.
    case group
    /// Boxes of several axes, and whole rows.
    case block

    /// The lanes of a granularity.
    package init(_ granularity: Granularity) {
      switch granularity.kind {
      case "tensor": self = .tensor
      case "channel": self = .channel
      default: self = granularity.groupSize == nil ? .block : .group
      }
    }
  }

  /// Which codes a format has.
  package enum Grids: Sendable {
    /// All of them, and what a scale may be.
    case every
    /// These, and what each of them is read back as: another grid where the runtime has no such codes.
    case some([LevelSet: LevelSet])
  }

  /// What tensors of one kind may have.
  package struct Tensors: Sendable {
    /// The lanes.
    package let lanes: [Lanes]
    /// The codes.
    package let grids: Grids
    /// The bits of a code.
    package let bits: [Int]

    /// What tensors may have.
    package init(lanes: [Lanes], grids: Grids, bits: [Int]) {
      (self.lanes, self.grids, self.bits) = (lanes, grids, bits)
    }
  }

  /// How near a scale comes to the one that was written.
  package enum Scales: Hashable, Sendable {
    /// The same bits.
    case exact
    /// So many units in the last place of a Float32 at most.
    case within(units: Int)
    /// Rounded to a narrower format first.
    case rounded(ScaleFormat)
  }

  /// What weights may have; nothing where the format has none.
  package let weights: Tensors?
  /// What activations may have; nothing where the format has none.
  package let activations: Tensors?
  /// What biases may have; nothing where the format has none, as in most: their scale is a product.
  package let biases: Tensors?
  /// How near scales come.
  package let scales: Scales
  /// Whether the file is text.
  package let isText: Bool
  /// Whether the file holds the codes of weights, so that their values must be known.
  package let holdsCodes: Bool
  /// The versions that can be written, the default first; empty where there is but one.
  package let versions: [String]

  /// What a format can express.
  package init(
    weights: Tensors?, activations: Tensors?, biases: Tensors? = nil, scales: Scales = .exact,
    isText: Bool = true, holdsCodes: Bool = false, versions: [String] = []
  ) {
    (self.weights, self.activations, self.biases) = (weights, activations, biases)
    (self.scales, self.isText, self.holdsCodes) = (scales, isText, holdsCodes)
    self.versions = versions
  }

  /// What tensors of a kind may have.
  package subscript(kind: TensorRange.Kind) -> Tensors? {
    switch kind {
    case .weight: weights
    case .activation: activations
    case .bias: biases
    }
  }

  /// Why a tensor cannot be expressed, in a few words; nothing where it can.
  package func fault(of range: TensorRange) -> String? {
    guard let tensors = self[range.kind] else { return "the format has no \(range.kind.plural)" }
    let lanes = Lanes(range.granularity)
    guard tensors.lanes.contains(lanes) else {
      return
        "\(range.kind.plural) have a range for each \(lanes.rawValue); the format has one for each "
        + tensors.lanes.map(\.rawValue).joined(separator: " or ")
    }
    guard tensors.bits.contains(range.grid.bits.count) else {
      return
        "\(range.kind.plural) of \(range.grid.bits) bits; the format has \(bitsText(tensors.bits))"
    }
    guard case .some(let grids) = tensors.grids else { return nil }
    guard grids[range.grid.family.levels] != nil else {
      return "\(range.kind.plural) have codes of \(range.grid); the format has "
        + grids.keys.map { "\(CodeGrid(GridFamily($0), bits: range.grid.bits))" }.sorted()
        .joined(separator: ", ")
    }
    guard range.grid.family.scheme == .affine || range.zeroPoints.allSatisfy({ $0 == 0 }) else {
      return "a symmetric grid has a zero point that is not 0"
    }
    guard range.scales.allSatisfy(\.isUsableScale) else {
      return "a scale is not a normal Float32 above zero"
    }
    guard range.zeroPoints.allSatisfy(range.grid.codes.contains) else {
      return "a zero point is outside the codes \(range.grid.codes)"
    }
    return nil
  }

  /// What a tensor without a fault is read back as.
  package func held(_ range: TensorRange) -> TensorRange {
    guard case .some(let grids)? = self[range.kind]?.grids,
      let levels = grids[range.grid.family.levels]
    else { return range }
    return range.on(levels)
  }
}

extension TensorRange.Kind {
  /// The word for several tensors of the kind.
  package var plural: String {
    switch self {
    case .weight: "weights"
    case .activation: "activations"
    case .bias: "biases"
    }
  }
}

/// `8`, `4 and 8`, `2 to 16`, with the word behind: numbers of bits in few words.
package func bitsText(_ bits: [Int]) -> String {
  guard let first = bits.first, let last = bits.last else { return "none" }
  if bits.count > 2, last - first == bits.count - 1 { return "\(first) to \(last) bits" }
  return bits.map(String.init).joined(separator: ", ") + " bits"
}
