extension CodeGrid {
  /// What of a range decides its scale: its width on affine grids, on symmetric ones the end that
  /// needs the larger scale.
  package func width(of range: ClippingRange) -> Double {
    switch family {
    case .symmetricNarrow: max(-range.lower, range.upper)
    case .symmetricFull: isDecidedBelowZero(range) ? -range.lower : range.upper
    case .symmetricUnsigned: range.upper
    case .affineUnsigned, .affineSigned: range.upper - range.lower
    }
  }

  /// The steps that ``width(of:)`` takes with the smallest scale whose clipping range contains a
  /// range.
  package func steps(covering range: ClippingRange) -> Int {
    switch family {
    case .symmetricNarrow, .symmetricUnsigned: maximumCode
    case .symmetricFull: isDecidedBelowZero(range) ? -minimumCode : maximumCode
    case .affineUnsigned, .affineSigned: steps
    }
  }

  private func isDecidedBelowZero(_ range: ClippingRange) -> Bool {
    range.lower / Double(minimumCode) > range.upper / Double(maximumCode)
  }
}
