internal import CQuantizationKernels
package import QuantizationCore

/// Sums over one row of logits after quantization, from which its cross-entropy follows.
package struct RowSums: Hashable, Sendable {
  /// `sum e^(-d s)`, where d is how many codes a value is below the largest of its row, and s the scale.
  package let sum: Double
  /// `sum p d`, where p is the softmax of a value before quantization.
  package let expected: Double
}

extension Kernels {
  /// The sums of some rows of one length, added in Double in an order that suits vectors.
  ///
  /// - Parameters:
  ///   - values: Whole rows of finite values.
  ///   - probabilities: The softmax of each row.
  ///   - peaks: The largest value of each row. Their number is that of the rows.
  ///   - parameters: A quantizer of evenly spaced levels.
  ///   - decay: `e^(-d s)` for each d from 0 to the number of steps of the grid.
  ///   - path: The instruction set. It does not affect sums.
  ///   - body: Receives the sums of each row, in order.
  /// - Complexity: O(n), less than a nanosecond for each value of a long row.
  package static func forEachRow(
    of values: Span<Float>, probabilities: Span<Float>, peaks: Span<Float>,
    with parameters: QuantizationParameters, decay: Span<Double>, path: KernelPath = .best,
    _ body: (RowSums) -> Void
  ) {
    let rows = peaks.count
    precondition(
      rows > 0 && values.count % rows == 0 && probabilities.count == values.count
        && decay.count > parameters.grid.steps && parameters.grid.family.table == nil,
      "whole rows of one length")
    var quantizer = rl_quantizer(parameters)
    withUnsafeTemporaryAllocation(of: rl_row.self, capacity: rows) { found in
      values.withUnsafeBufferPointer { values in
        probabilities.withUnsafeBufferPointer { probabilities in
          peaks.withUnsafeBufferPointer { peaks in
            decay.withUnsafeBufferPointer { decay in
              path.loops.pointee.softmax_rows(
                values.baseAddress, probabilities.baseAddress, peaks.baseAddress, Int64(rows),
                Int64(values.count / rows), &quantizer, Int64(decay.count), decay.baseAddress,
                found.baseAddress)
            }
          }
        }
      }
      for row in found { body(RowSums(sum: row.sum, expected: row.expected)) }
    }
  }
}
