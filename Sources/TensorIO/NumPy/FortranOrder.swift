/// A walk over the elements of an array in Fortran order (the index of the first axis changes
/// fastest), which gives the index of each element in C order.
package struct FortranWalk: Sendable {
  private let shape: [Int]
  /// For each axis, the distance in C order between neighbors along it.
  private let strides: [Int]
  private var position: [Int]
  /// The C-order index of the next element.
  private var target = 0

  package init(shape: [Int]) {
    self.shape = shape
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    self.strides = strides
    position = [Int](repeating: 0, count: shape.count)
  }

  /// The C-order index of the element at `fileIndex` in Fortran order.
  package func flatIndex(ofFileIndex fileIndex: Int) -> Int {
    var rest = fileIndex
    var index = 0
    for axis in shape.indices {
      index += rest % shape[axis] * strides[axis]
      rest /= shape[axis]
    }
    return index
  }

  /// Writes the next elements of the walk to their places in C order.
  package mutating func scatter(
    _ values: UnsafeBufferPointer<Float>, into result: UnsafeMutableBufferPointer<Float>
  ) {
    var next = 0
    while next < values.count {
      let run = min(shape[0] - position[0], values.count - next)
      for offset in 0..<run {
        result[target + offset * strides[0]] = values[next + offset]
      }
      next += run
      position[0] += run
      target += run * strides[0]
      carry()
    }
  }

  /// Advances the other axes after the end of the first axis.
  private mutating func carry() {
    var axis = 0
    while axis < shape.count - 1, position[axis] == shape[axis] {
      target += strides[axis + 1] - shape[axis] * strides[axis]
      position[axis] = 0
      position[axis + 1] += 1
      axis += 1
    }
  }
}

extension TensorFile {
  /// The index in C order of the element with some index in the file.
  func flatIndex(ofFileIndex fileIndex: Int) -> Int {
    needsTransposition
      ? FortranWalk(shape: shape).flatIndex(ofFileIndex: fileIndex) : fileIndex
  }

  /// All values in C order, from a file in Fortran order.
  ///
  /// The first row is spread over the whole file, so values cannot be streamed. Each value is
  /// written to its place while the file is read, so that they are in memory only once.
  func transposedValues() throws -> [Float] {
    try requireMemory(bytes: memoryBytes, name: name)
    return try [Float](unsafeUninitializedCapacity: count) { result, initializedCount in
      var walk = FortranWalk(shape: shape)
      try forEachBatchInFileOrder(of: 0..<count) { batch, _ in
        batch.withUnsafeBufferPointer { walk.scatter($0, into: result) }
      }
      initializedCount = count
    }
  }
}
