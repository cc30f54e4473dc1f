package import NetworkRuntime
internal import TensorIO

/// Samples for a model: an array for each of its inputs, the first axis of each the samples, and maybe
/// the label of each sample.
///
/// An input that does not depend on the sample, as a sampling rate or the first state of a recurrent
/// network, is the same in every batch: an array without axes, or one with the whole shape of an input
/// whose first axis the model fixes at another number than the samples of a batch.
///
/// An .npz file with the inputs by name and `labels`; a model of one input takes an .npy file, or the
/// only array of an .npz file, whatever its name. Images and labels in IDX files go by what their names
/// begin with: `FOLDER/train` is `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`.
package struct SampleSet: Sendable {
  /// The file.
  package let path: String
  /// The number of samples.
  package private(set) var count: Int
  /// The right class of each sample, where the file says it.
  package private(set) var labels: [Int]?
  /// The inputs with samples along the first axis.
  let inputs: [Input]
  /// The inputs that are the same in every batch.
  let constants: [Input]

  typealias Input = (port: Port, array: SampleArray, conversion: SampleConversion)

  /// The name of the array of labels.
  package static let labelsName = "labels"

  /// Reads the headers of the arrays, and the labels.
  ///
  /// - Parameters:
  ///   - path: An .npz or .npy file, or the beginning of the names of two IDX files.
  ///   - ports: The inputs of the model.
  ///   - normalization: What is done to each number that becomes a Float.
  /// - Throws: `TensorFileError`, and ``NetworkDataError`` where names, shapes or types do not fit.
  package init(
    path: String, for ports: [Port], normalization: Normalization? = nil
  ) throws {
    let arrays =
      try SampleArray.idx(path) ?? ArrayFile.open(path).map(SampleArray.init)
    let file = printable(path.split(separator: "/").last.map(String.init) ?? path)
    let labels = arrays.first {
      $0.name == Self.labelsName && !ports.map(\.name).contains("labels")
    }
    let rest = arrays.filter { $0.name != labels?.name || labels == nil }
    func fault(_ port: Port, _ reason: String) -> NetworkDataError {
      NetworkDataError("\(file): the input '\(printable(port.name))' \(reason)")
    }
    var inputs: [Input] = []
    for port in ports {
      let named = rest.first { $0.name == port.name }
      guard var array = named ?? (ports.count == 1 && rest.count == 1 ? rest[0] : nil) else {
        let names = rest.map { printable($0.name ?? "-", limit: 60) }.joined(separator: ", ")
        throw fault(port, "has no array; found \(names.isEmpty ? "none" : names)")
      }
      guard let conversion = SampleConversion(from: array.type, to: port.elementType, normalization)
      else { throw fault(port, "is \(port.elementType); found an array of \(array.type)") }
      array.addChannel(for: port)
      try Self.check(array.shape, port, fault)
      inputs.append((port, array, conversion))
    }
    let candidates = inputs.filter { !$0.array.shape.isEmpty }
    guard let first = candidates.first(where: { !$0.port.fixesFirstAxis }) ?? candidates.first
    else {
      throw NetworkDataError(
        "\(file): the model has no inputs\(inputs.isEmpty ? "" : " with samples")")
    }
    let count = first.array.shape[0]
    let batch = first.port.shape.first ?? nil
    let constants = inputs.filter { $0.port.isConstant($0.array.shape, count: count, batch: batch) }
    let sampled = inputs.filter { !$0.port.isConstant($0.array.shape, count: count, batch: batch) }
    for (port, array, _) in sampled {
      guard array.shape[0] == count else {
        throw fault(
          port,
          "has \(array.shape[0]) samples; expected \(count), as '\(printable(first.port.name))'")
      }
      if let batch = port.shape.first ?? nil, count % batch != 0 {
        throw fault(port, "has \(count) samples; expected a multiple of \(batch), which it takes")
      }
    }
    self.labels = try labels.map { try Self.labels($0, count: count, file) }
    (self.path, self.count, self.inputs, self.constants) = (path, count, sampled, constants)
  }

  private static func check(
    _ shape: [Int], _ port: Port, _ fault: (Port, String) -> NetworkDataError
  ) throws(NetworkDataError) {
    let wanted = "[\(port.shape.map { $0.map(String.init) ?? "?" }.joined(separator: ", "))]"
    // The first axis is the samples, however many the model takes at once.
    guard shape.allSatisfy({ $0 > 0 }), port.shape.isEmpty || port.shape.count == shape.count,
      zip(shape, port.shape).dropFirst().allSatisfy({ $1 == nil || $0 == $1 })
    else { throw fault(port, "has an array of the shape \(shape); expected \(wanted)") }
  }

  private static func labels(
    _ array: SampleArray, count: Int, _ file: String
  ) throws -> [Int] {
    guard array.shape == [count] || array.shape == [count, 1] else {
      throw NetworkDataError(
        "\(file): the labels have the shape \(array.shape); expected [\(count)], one for each sample"
      )
    }
    guard !array.type.isFloat else {
      throw NetworkDataError("\(file): the labels are \(array.type); expected whole numbers")
    }
    return SampleConversion.integers(try array.makeRows()(count), array.type)
  }

  /// The first samples, as many as wanted or as there are.
  package func prefix(_ wanted: Int) -> SampleSet {
    var some = self
    some.count = min(count, wanted)
    some.labels = labels.map { Array($0.prefix(wanted)) }
    return some
  }

  /// The number of samples that the model takes at once, where it takes no other.
  package var fixedBatch: Int? { inputs.compactMap { $0.port.shape.first ?? nil }.first }

  /// Reads the samples in order, so many at once, and fewer at the end.
  ///
  /// - Parameters:
  ///   - size: How many; a model with a fixed number takes that.
  ///   - limit: How many samples are read at most.
  ///   - body: Receives the index of the first sample and the inputs by name.
  /// - Throws: What reading or `body` throws.
  package func forEachBatch(
    of size: Int, limit: Int? = nil,
    _ body: (_ first: Int, _ inputs: [String: RuntimeValue]) throws -> Void
  ) throws {
    let size = fixedBatch ?? max(1, size)
    let all = min(count, limit ?? count)
    let rows = try inputs.map { try $0.array.makeRows() }
    let same = try constants.map { port, array, conversion in
      let bytes = try array.makeRows()(array.shape.first ?? 1)
      return (port.name, try conversion.value(bytes, shape: array.shape))
    }
    for first in stride(from: 0, to: all, by: size) {
      let taken = min(size, all - first)
      var values = Dictionary(uniqueKeysWithValues: same)
      for (input, rows) in zip(inputs, rows) {
        values[input.port.name] = try input.conversion.value(
          try rows(taken), shape: [taken] + input.array.shape.dropFirst())
      }
      try body(first, values)
    }
  }
}

extension Port {
  /// Whether the model says how long the first axis is.
  fileprivate var fixesFirstAxis: Bool { shape.first.map { $0 != nil } ?? false }

  /// Whether an array is the same for all samples, so many in the file and maybe a fixed number at once.
  ///
  /// The array is known to fit but for its first axis.
  fileprivate func isConstant(_ array: [Int], count: Int, batch: Int?) -> Bool {
    guard let length = array.first else { return true }
    return length != count && fixesFirstAxis && shape[0] == length && length != batch
  }
}
