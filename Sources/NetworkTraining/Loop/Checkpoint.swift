internal import Foundation
internal import TensorIO

/// The file that a training run is resumed from: a .safetensors file with the parameters
/// (`parameter.0`, ...), what the optimizer keeps (`moment.0.0`, ...), running statistics by name, and the
/// position as JSON in bytes (`position`).
///
/// It is written under another name and renamed, so that a run that is killed leaves the one before.
package struct Checkpoint: Sendable {
  /// The file.
  package let path: String
  /// What the run depends on, in a line; a file of another run is refused.
  package let run: String

  /// A file for a run.
  package init(path: String, run: String) { (self.path, self.run) = (path, run) }

  private struct Header: Codable {
    var format = "rangelab-checkpoint"
    var version = 1
    let run: String
    let position: TrainingState.Position
  }

  /// Writes a state.
  ///
  /// - Throws: `TensorFileError.unwritable`.
  ///
  /// Complexity: O(values), about twice the file in memory.
  package func write(_ state: TrainingState) throws {
    var image = SafetensorsImageWriter(metadata: [("format", "rangelab-checkpoint")])
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let header = Array(try encoder.encode(Header(run: run, position: state.position)))
    image.append("position", shape: [header.count], header)
    for (index, values) in state.parameters.enumerated() {
      image.append("parameter.\(index)", shape: [values.count], values)
    }
    for (index, moments) in state.moments.enumerated() {
      for (moment, values) in moments.enumerated() {
        image.append("moment.\(index).\(moment)", shape: [values.count], values)
      }
    }
    for (name, values) in state.statistics.sorted(by: { $0.key < $1.key }) {
      image.append("statistic.\(name)", shape: [values.count], values)
    }
    // A power failure may lose the last checkpoint; a killed process never does.
    try writeAtomically(Array(image.data()), to: path, durably: false)
  }

  /// Reads the state of an earlier run; nothing where there is no file.
  ///
  /// - Parameter start: The state before the first step, for the shapes that are expected.
  /// - Throws: `TensorFileError` for a file that is no checkpoint, ``TrainingError`` for that of another run.
  package func read(like start: TrainingState) throws -> TrainingState? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let image: SafetensorsImage
    do {
      image = try SafetensorsImage(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw fault("is no checkpoint: \(error)")
    }
    guard let bytes = image["position"]?.bytes,
      let header = try? JSONDecoder().decode(Header.self, from: bytes), header.version == 1,
      header.format == "rangelab-checkpoint"
    else { throw fault("is no checkpoint: it has no position of format 1") }
    guard header.run == run else {
      throw fault(
        "is of another run: \(header.run); expected \(run). Give another file, or remove this one")
    }
    var state = start
    state.position = header.position
    func floats(_ name: String, _ count: Int) throws -> [Float] {
      guard let member = image[name], member.type == "F32", member.bytes.count == 4 * count else {
        throw fault("has no '\(printable(name))' of \(count) float32 values")
      }
      return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
        filled = member.bytes.copyBytes(to: buffer) / 4
      }
    }
    for index in state.parameters.indices {
      let count = state.parameters[index].count
      state.parameters[index] = try floats("parameter.\(index)", count)
      for moment in state.moments[index].indices {
        state.moments[index][moment] = try floats("moment.\(index).\(moment)", count)
      }
    }
    for (name, values) in start.statistics {
      state.statistics[name] = try floats("statistic.\(name)", values.count)
    }
    return state
  }

  private func fault(_ reason: String) -> TrainingError { TrainingError("\(path): \(reason)") }
}
