package import NetworkRuntime
internal import TensorIO

/// Samples in memory, from which batches are taken in any order, as training needs them.
///
/// The numbers stay as the file has them (a byte for each pixel, say) until a batch is taken.
package struct SampleTable: Sendable {
  /// The number of samples.
  package let count: Int
  /// The right class of each sample, where the file says it.
  package let labels: [Int]?
  private let columns: [Column]
  /// The inputs that are the same in every batch.
  private let constants: [Column]

  private struct Column: Sendable {
    let port: Port
    /// The shape of a sample, or of a constant.
    let shape: [Int]
    let rowBytes: Int
    let bytes: [UInt8]
    let conversion: SampleConversion

    /// Reads the samples of an input, or the whole of one that is the same for all.
    init(_ input: SampleSet.Input, samples count: Int?, of path: String) throws {
      let (array, rows) = (input.array, count ?? input.array.shape.first ?? 1)
      try requireMemory(bytes: array.rowBytes * rows, name: path)
      (port, conversion, rowBytes) = (input.port, input.conversion, array.rowBytes)
      shape = count == nil ? array.shape : Array(array.shape.dropFirst())
      bytes = try array.makeRows()(rows)
    }
  }

  /// Reads all samples of a set.
  ///
  /// - Throws: `TensorFileError`, also where the samples do not fit into memory.
  ///
  /// Complexity: O(bytes of the samples), which stay in memory.
  package init(_ samples: SampleSet) throws {
    (count, labels) = (samples.count, samples.labels)
    columns = try samples.inputs.map {
      try Column($0, samples: samples.count, of: samples.path)
    }
    constants = try samples.constants.map { try Column($0, samples: nil, of: samples.path) }
  }

  /// Shows all numbers and labels, one array after the other, for a hash of what a run depends on.
  package func withContents(_ body: (UnsafeRawBufferPointer) -> Void) {
    for column in constants + columns { column.bytes.withUnsafeBytes(body) }
    labels?.withUnsafeBytes(body)
  }

  /// The inputs of the model for some samples, by name.
  ///
  /// - Parameter indices: The samples, in the order wanted.
  package func batch(_ indices: some Collection<Int>) throws -> [String: RuntimeValue] {
    var values: [String: RuntimeValue] = [:]
    for column in constants {
      values[column.port.name] = try column.conversion.value(column.bytes, shape: column.shape)
    }
    for column in columns {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(indices.count * column.rowBytes)
      for index in indices {
        bytes += column.bytes[index * column.rowBytes..<(index + 1) * column.rowBytes]
      }
      values[column.port.name] = try column.conversion.value(
        bytes, shape: [indices.count] + column.shape)
    }
    return values
  }
}
