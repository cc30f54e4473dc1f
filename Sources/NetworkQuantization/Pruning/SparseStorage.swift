/// What a pruned tensor takes in memory with an index of the weights that are kept, in bytes.
///
/// | storage | bits beside the kept values |
/// |---|---|
/// | bitmap | 1 for each weight |
/// | index | `ceil(log2 K)` for each kept weight, its place in its row of K; 32 for each row, where it begins |
/// | pattern N:M | `ceil(log2 M)` for each kept weight, its place in its group |
///
/// A row is what makes one output. The index is the compressed sparse row format with as many bits for a
/// place as it needs; the pattern is how NVIDIA's sparse tensor cores store 2:4.
package struct SparseStorage: Hashable, Sendable {
  /// All weights of the tensor.
  package let count: Int
  /// The weights that are not 0.
  package let kept: Int
  /// The rows.
  package let rows: Int

  /// A tensor of so many weights.
  package init(count: Int, kept: Int, rows: Int) {
    (self.count, self.kept, self.rows) = (count, kept, rows)
  }

  /// All values, zeros among them.
  ///
  /// - Parameter bits: The bits of a value.
  package func dense(bits: Int) -> Int { Self.bytes(count * bits) }

  /// Kept values, and a bit for each weight.
  package func bitmap(bits: Int) -> Int { Self.bytes(kept * bits) + Self.bytes(count) }

  /// Kept values and their places in their rows, and 4 bytes for each row.
  package func index(bits: Int) -> Int {
    let length = rows > 0 ? (count + rows - 1) / rows : 0
    return Self.bytes(kept * bits) + Self.bytes(kept * Self.width(of: length)) + 4 * rows
  }

  /// As many values of each group as the pattern keeps, and their places in the groups.
  package func pattern(_ pattern: PruningPattern, bits: Int) -> Int {
    let stored = count / pattern.group * pattern.kept
    return Self.bytes(stored * bits) + Self.bytes(stored * Self.width(of: pattern.group))
  }

  /// The bits of a place among so many.
  private static func width(of places: Int) -> Int {
    places <= 1 ? 0 : Int.bitWidth - (places - 1).leadingZeroBitCount
  }

  private static func bytes(_ bits: Int) -> Int { (bits + 7) / 8 }
}
