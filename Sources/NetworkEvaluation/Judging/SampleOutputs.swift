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
  /// The axis of samples is the first; or, as in models of sequences, `[time, samples, classes]`, the only
  /// one of that length which the model does not fix. Where one sample runs at a time, an output
  /// without such an axis is that of the sample.
  ///
  /// - Throws: ``NetworkDataError`` where it is not Floats with an axis of samples.
  package init(_ value: RuntimeValue, samples: Int, of port: Port) throws {
    var shape = value.shape
    let free = shape.indices.filter {
      shape[$0] == samples && (port.shape.count != shape.count || port.shape[$0] == nil)
    }
    let isFirst = shape.first == samples && (free.first == 0 || free.count != 1)
    let axis = isFirst ? 0 : free.count == 1 ? free[0] : nil
    guard value.type == .float32, value.count > 0, axis != nil || samples == 1 else {
      throw NetworkDataError(
        "the output '\(port.name)' is \(value.type) of the shape \(value.shape); expected Floats, "
          + "\(samples) samples along the first axis or another one of any length")
    }
    values = try axis.map { try value.floats.movingToFront(axis: $0, of: shape) } ?? value.floats
    count = samples
    if let axis { shape.remove(at: axis) }
    let axes = shape.filter { $0 != 1 }
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

extension Session {
  /// The output that is judged: the first one of Floats.
  ///
  /// - Parameter model: What a message calls the model, before a colon.
  /// - Throws: ``NetworkDataError`` where there is none.
  package func judgedOutput(of model: String? = nil) throws(NetworkDataError) -> Port {
    guard let output = outputs.first(where: { $0.elementType == .float32 }) else {
      throw NetworkDataError("\(model.map { "\($0): " } ?? "")the model has no output of Floats")
    }
    return output
  }
}

extension [Float] {
  /// The elements of an array with one of its axes put before the others.
  fileprivate func movingToFront(axis: Int, of shape: [Int]) -> [Float] {
    guard axis > 0 else { return self }
    let inner = shape[(axis + 1)...].reduce(1, *)
    let (length, outer) = (shape[axis], shape[..<axis].reduce(1, *))
    var moved: [Float] = []
    moved.reserveCapacity(count)
    for place in 0..<length {
      for block in 0..<outer {
        let start = (block * length + place) * inner
        moved += self[start..<start + inner]
      }
    }
    return moved
  }
}
