extension Granularity {
  /// Whether every lane of this granularity lies within one lane of another, in tensors of a shape.
  ///
  /// Along each axis the lanes of the other must end where lanes of this one end: its extent is a
  /// multiple of this one's, or covers the axis. The least error of the finer granularity is then
  /// never the larger one.
  ///
  /// - Precondition: The shape has the axes that both name.
  public func refines(_ other: Granularity, in shape: [Int]) -> Bool {
    shape.indices.allSatisfy { axis in
      switch (extent(along: axis, rank: shape.count), other.extent(along: axis, rank: shape.count))
      {
      case (_, .all): true
      case (.all, .size(let wide)): wide >= shape[axis]
      case (.size(let fine), .size(let wide)): wide >= shape[axis] || wide.isMultiple(of: fine)
      }
    }
  }

  /// Whether this granularity refines another in every shape of two axes and more that has the axes
  /// both name.
  public func refines(_ other: Granularity) -> Bool {
    let axes = (named + other.named).map(\.axis)
    let fromStart = (axes.max() ?? 0) + 1
    let fromEnd = -(axes.min() ?? 0)
    // Beyond the sum of both no axis is named from either end twice, and nothing changes any more.
    return (max(2, fromStart, fromEnd)...max(2, fromStart + fromEnd + 1)).allSatisfy {
      refines(other, in: [Int](repeating: .max, count: $0))
    }
  }

  /// Sorts coarse before fine: whole tensors, lanes that reach along whole axes, then boxes from
  /// large to small.
  package var coarseness: (kind: Int, measure: Int) {
    guard let first = named.first else { return (0, 0) }
    if others == .all { return (1, first.axis) }
    let volume = named.reduce(1) { volume, named in
      guard case .size(let size) = named.extent else { return Int.max }
      return volume.multipliedReportingOverflow(by: size).overflow ? .max : volume * size
    }
    return (2, -volume)
  }
}
