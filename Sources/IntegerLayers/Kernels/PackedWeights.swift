internal import CIntegerKernels

/// Weights in the order in which kernels read them: panels of 16 outputs, in a panel four inputs of each
/// output side by side, filled up with zeros to multiples of 16 outputs and 64 inputs.
struct PackedWeights: Sendable {
  let panels: AlignedArray<Int8>
  let panelCount: Int
  /// The bytes of a row of activations.
  let depth: Int

  /// Packs a matrix of signed bytes, row after row.
  ///
  /// Complexity: O(rows columns).
  init(_ codes: [Int8], rows: Int, columns: Int) {
    depth = Self.depth(columns)
    panelCount = (rows + Int(RL_PANEL) - 1) / Int(RL_PANEL)
    panels = AlignedArray(panelCount * depth * Int(RL_PANEL), zero: 0)
    let (panel, group) = (Int(RL_PANEL), Int(RL_GROUP))
    for row in 0..<rows {
      let start = row / panel * depth * panel + row % panel * group
      for column in 0..<columns {
        panels.start[start + column / group * panel * group + column % group] =
          codes[row * columns + column]
      }
    }
  }

  /// The bytes of a row of so many activations: whole cache lines.
  static func depth(_ columns: Int) -> Int {
    (columns + Int(RL_DEPTH) - 1) / Int(RL_DEPTH) * Int(RL_DEPTH)
  }
}
