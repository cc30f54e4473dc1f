extension CodeGrid {
  /// What of a range decides its scale: its width on affine grids, on symmetric ones the end that
  /// needs the larger scale.
  package func width(of range: ClippingRange) -> Double {
    switch family.levels {
    case .symmetricNarrow: max(-range.lower, range.upper)
    case .symmetricFull: isDecidedBelowZero(range) ? -range.lower : range.upper
    case .symmetricUnsigned: range.upper
    case .affineUnsigned, .affineSigned: range.upper - range.lower
    case .table(let table):
      max(
        table.lowest < 0 ? range.lower / table.lowest : 0,
        table.highest > 0 ? range.upper / table.highest : 0)
    }
  }

  /// The steps that ``width(of:)`` takes with the smallest scale whose clipping range contains a
  /// range.
  package func steps(covering range: ClippingRange) -> Int {
    switch family.levels {
    case .symmetricNarrow, .symmetricUnsigned: maximumCode
    case .symmetricFull: isDecidedBelowZero(range) ? -minimumCode : maximumCode
    case .affineUnsigned, .affineSigned: steps
    case .table: 1
    }
  }

  private func isDecidedBelowZero(_ range: ClippingRange) -> Bool {
    range.lower / Double(minimumCode) > range.upper / Double(maximumCode)
  }
}
