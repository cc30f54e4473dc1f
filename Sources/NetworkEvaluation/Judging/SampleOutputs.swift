package import NetworkRuntime

/// The output of a model for some samples, cut as evaluation reads it.
package struct SampleOutputs: Sendable {
  /// The values, sample after sample.
  package let values: [Float]
  /// The number of samples.
  package let count: Int
  /// The length of the last axis that is longer than one: scores of classes, or a vector.
  package let width: Int
  /// Whether a sample has one row of scores, and so one class.
  package let isOneRow: Bool

  /// Reads an output.
  ///
  /// - Throws: ``NetworkDataError`` where it is not Floats with an axis of samples.
  package init(_ value: RuntimeValue, samples: Int, name: String) throws {
    guard value.type == .float32, value.shape.first == samples, value.count > 0 else {
      throw NetworkDataError(
        "the output '\(name)' is \(value.type) of the shape \(value.shape); expected Floats, "
          + "\(samples) samples along the first axis")
    }
    values = try value.floats
    count = samples
    let axes = value.shape.dropFirst().filter { $0 != 1 }
    width = axes.last ?? 1
    isOneRow = axes.count <= 1
  }

  /// The index of the largest score in each row of a sample, the first of equal ones.
  package func classes(of sample: Int) -> [Int] {
    let size = values.count / count
    return stride(from: sample * size, to: (sample + 1) * size, by: width).map { start in
      var best = start
      for index in start..<start + width where values[index] > values[best] { best = index }
      return best - start
    }
  }
}
