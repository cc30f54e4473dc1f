internal import Foundation
package import ModelFiles
package import NetworkRuntime
internal import TensorIO

/// The values of one tensor of a model on some samples, in a file.
package struct ActivationFile: Sendable {
  /// The name of the tensor in the model.
  package let name: String
  /// An .npy file of one axis, batch after batch.
  package let path: String
  /// The shape of each batch.
  package let shapes: [[Int]]

  /// The number of values.
  package var count: Int { shapes.reduce(0) { $0 + $1.reduce(1, *) } }
}

/// One run of a float model over samples, in which the values of many of its tensors are written to
/// files: one run serves every rule, width and scheme.
///
/// The tensors become outputs of a copy of the model. So many samples are run at a time that their
/// tensors fit the memory limit, and a batch is written before the next one runs, so that memory does
/// not grow with the number of samples. Where the files of all tensors would take more than the limit of
/// the disk, the tensors come in groups that fit, and the model runs once for each group.
package struct ActivationRun {
  /// What bounds a run.
  package struct Limits: Sendable {
    /// Bytes of tensors that are outputs at the same time.
    package var memory = 256 << 20
    /// Bytes of all files at the same time.
    package var disk = 8 << 30
    /// Bounds; the defaults are 256 MiB and 8 GiB.
    package init() {}
  }

  private let model: Model
  private let samples: SampleSet
  private let library: RuntimeLibrary
  private let limits: Limits
  private let batchSize: Int
  private let threads: Int

  /// Prepares a run; nothing is run yet.
  ///
  /// - Parameters:
  ///   - model: The float model.
  ///   - samples: What it is run on.
  ///   - batchSize: How many samples are a batch to rules that look at batches one by one.
  ///   - threads: Of one operator.
  ///   - limits: Of memory and disk.
  package init(
    _ model: Model, on samples: SampleSet, batchSize: Int, threads: Int, library: RuntimeLibrary,
    limits: Limits = Limits()
  ) {
    (self.model, self.samples, self.library) = (model, samples, library)
    (self.batchSize, self.threads, self.limits) = (samples.fixedBatch ?? batchSize, threads, limits)
  }

  /// Runs the model and hands on the files of its tensors, group after group; a group's files are
  /// removed when `body` returns.
  ///
  /// - Parameters:
  ///   - tensors: The names; those that are not Floats are left out.
  ///   - folder: Where the files lie meanwhile; the system's place for such if nothing is given.
  ///   - progress: Called after each batch with the samples done, of all groups.
  /// - Throws: `RuntimeError`, ``NetworkDataError`` where a value is not finite, what reading samples,
  ///   writing files and `body` throw.
  package func forEachGroup(
    of tensors: [String], in folder: String? = nil,
    progress: (_ done: Int, _ all: Int) -> Void = { _, _ in },
    _ body: ([ActivationFile]) throws -> Void
  ) throws {
    let sizes = try sampleBytes(of: tensors)
    let groups = groups(of: sizes)
    let all = groups.count * samples.count
    for (index, group) in groups.enumerated() {
      let folder = try TemporaryFolder(in: folder)
      let files = try write(group, sizes, to: folder) { progress(index * samples.count + $0, all) }
      try body(files)
    }
  }

  /// The bytes of each tensor for one sample, or for the fixed batch of the model, from a first run.
  private func sampleBytes(of tensors: [String]) throws -> [(name: String, bytes: Int)] {
    var sizes: [(name: String, bytes: Int)] = []
    let session = try session(exposing: tensors)
    try samples.forEachBatch(of: 1, limit: samples.fixedBatch ?? 1) { _, inputs in
      for (name, value) in zip(tensors, try values(of: tensors, session, inputs)) {
        guard let value, value.type == .float32 else { continue }
        sizes.append((name, 4 * value.shape.reduce(1, *) / (samples.fixedBatch ?? 1)))
      }
    }
    return sizes
  }

  /// Tensors in groups whose files fit the disk.
  private func groups(of sizes: [(name: String, bytes: Int)]) -> [[String]] {
    var groups: [[String]] = [[]]
    var bytes = 0
    for size in sizes {
      let needed = size.bytes * samples.count
      if bytes + needed > limits.disk, groups[groups.count - 1].isEmpty == false {
        groups.append([])
        bytes = 0
      }
      groups[groups.count - 1].append(size.name)
      bytes += needed
    }
    return groups.filter { !$0.isEmpty }
  }

  /// Runs all samples and writes the tensors of one group.
  private func write(
    _ tensors: [String], _ sizes: [(name: String, bytes: Int)], to folder: TemporaryFolder,
    progress: (Int) -> Void
  ) throws -> [ActivationFile] {
    let wanted = Set(tensors)
    let bytes = sizes.reduce(0) { $0 + (wanted.contains($1.name) ? $1.bytes : 0) }
    // A batch of the rules is one batch of the run, or several.
    let most = max(1, limits.memory / max(1, bytes))
    let size = (1...min(batchSize, most)).last { batchSize % $0 == 0 } ?? 1
    let session = try session(exposing: tensors)
    let files = try tensors.indices.map { try NPYAppender(path: "\(folder.path)/\($0).npy") }
    var shapes = [[[Int]]](repeating: [], count: tensors.count)
    try samples.forEachBatch(of: size) { first, inputs in
      let isNewBatch = first % batchSize == 0
      for (index, value) in try values(of: tensors, session, inputs).enumerated() {
        guard let value else { continue }
        try value.withFloats { floats in
          try check(floats, tensors[index], first)
          try files[index].append(floats)
        }
        // A scalar has no axis along which it could go on.
        if !isNewBatch, let last = shapes[index].last, !last.isEmpty,
          last.dropFirst() == value.shape.dropFirst()
        {
          shapes[index][shapes[index].count - 1][0] += value.shape.first ?? 0
        } else {
          shapes[index].append(value.shape)
        }
      }
      progress(min(first + size, samples.count))
    }
    for file in files { try file.finish() }
    return zip(tensors, zip(files, shapes)).map {
      ActivationFile(name: $0, path: $1.0.path, shapes: $1.1)
    }
  }

  /// The values of tensors for some samples, in their order.
  private func values(
    of tensors: [String], _ session: Session, _ inputs: [String: RuntimeValue]
  ) throws -> [RuntimeValue?] {
    let computed = tensors.filter { inputs[$0] == nil }
    let outputs = computed.isEmpty ? [] : try session.run(inputs, outputs: computed)
    let found = Dictionary(uniqueKeysWithValues: zip(computed, outputs))
    return tensors.map { inputs[$0] ?? found[$0] }
  }

  private func session(exposing tensors: [String]) throws -> Session {
    try Session.exposing(
      tensors, of: model, library: library,
      options: SessionOptions(threads: threads, usesArena: false))
  }

  private func check(_ values: Span<Float>, _ tensor: String, _ first: Int) throws(NetworkDataError)
  {
    var count = 0
    for index in values.indices where !values[index].isFinite { count += 1 }
    guard count == 0 else {
      throw NetworkDataError(
        "\(printable(model.name)): the tensor '\(printable(tensor))' has \(count) non-finite values "
          + "(NaN or infinity) in the batch that begins with sample \(first); expected finite values"
      )
    }
  }
}

extension Session {
  /// A session of a copy of a model of which more tensors are outputs.
  ///
  /// A model with external data is written beside them for the time of its opening.
  ///
  /// - Throws: `RuntimeError`, and `ModelError` where the model cannot be written.
  package static func exposing(
    _ tensors: [String], of model: Model, library: RuntimeLibrary, options: SessionOptions
  ) throws -> Session {
    var copy = model
    let known = Set(model.outputs.map(\.name) + model.inputs.map(\.name))
    copy.outputs += tensors.filter { !known.contains($0) }.map(ModelPort.init(name:))
    let bytes = try copy.bytes()
    guard !model.externalFiles.isEmpty else {
      return try Session(bytes: bytes, library: library, options: options)
    }
    let path = "\(model.folder)/.rangelab-\(UUID().uuidString).onnx"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try bytes.write(to: URL(fileURLWithPath: path))
    return try Session(path, library: library, options: options)
  }
}
