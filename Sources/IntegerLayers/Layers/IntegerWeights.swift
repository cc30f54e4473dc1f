/// The codes of a weight as a matrix: a row for each output, which sums over the columns.
///
/// Unsigned codes are moved by -128 and their zero points with them, so that all are signed bytes. What
/// needs the weights alone is worked out here, once: the sums of rows, and the packed form.
package struct IntegerWeights: Sendable {
  /// The outputs.
  package let rows: Int
  /// The products of each output.
  package let columns: Int
  /// The codes in C order, as stored.
  package let stored: [Int8]
  /// The zero point of each row, as stored.
  package let zeroPoints: [Int]
  /// The scale of each row.
  package let scales: [Float]
  /// `sum q_w` of each row, as stored.
  let rowSums: [Int]
  /// `sum |q_w - z_w|` of each row, which bounds its accumulator.
  let magnitudes: [Int]
  let packed: PackedWeights

  /// Codes of up to 8 bits.
  ///
  /// - Parameters:
  ///   - layer: What messages call it.
  ///   - codes: In C order, row after row.
  ///   - zeroPoints: One, or one for each row.
  ///   - scales: As many as zero points, or one.
  /// - Throws: ``IntegerError`` where codes or zero points are no bytes of one sign, or counts differ.
  ///
  /// Complexity: O(rows columns).
  package init(
    _ layer: String, codes: [Int], rows: Int, columns: Int, isSigned: Bool, zeroPoints: [Int],
    scales: [Float]
  ) throws(IntegerError) {
    let offset = isSigned ? 0 : -128
    let allowed = isSigned ? -128...127 : 0...255
    guard codes.count == rows * columns else {
      throw IntegerError(layer, "\(codes.count) weights; expected \(rows) rows of \(columns)")
    }
    guard [1, rows].contains(zeroPoints.count), [1, rows].contains(scales.count) else {
      throw IntegerError(
        layer,
        "\(scales.count) scales and \(zeroPoints.count) zero points; expected 1 or \(rows), one for "
          + "each output")
    }
    if let bad = (codes + zeroPoints).first(where: { !allowed.contains($0) }) {
      throw IntegerError(layer, "a code of a weight is \(bad); expected \(allowed)")
    }
    (self.rows, self.columns) = (rows, columns)
    stored = codes.map { Int8($0 + offset) }
    let zeros = (0..<rows).map { zeroPoints[zeroPoints.count == 1 ? 0 : $0] + offset }
    self.zeroPoints = zeros
    self.scales = (0..<rows).map { scales[scales.count == 1 ? 0 : $0] }
    var (sums, magnitudes) = ([Int](), [Int]())
    for row in 0..<rows {
      let own = stored[row * columns..<(row + 1) * columns]
      sums.append(own.reduce(0) { $0 + Int($1) })
      magnitudes.append(own.reduce(0) { $0 + abs(Int($1) - zeros[row]) })
    }
    (rowSums, self.magnitudes) = (sums, magnitudes)
    packed = PackedWeights(stored, rows: rows, columns: columns)
  }

  /// Whether all zero points are 0 as stored, so that sums of activations are not needed.
  var isSymmetric: Bool { zeroPoints.allSatisfy { $0 == 0 } }
}
