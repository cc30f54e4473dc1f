internal import Foundation
internal import TensorIO

/// A run that was cut into chunks and handed to an engine: what its folder `DIR/.runs/ID` says of it.
package struct SubmittedRun: Codable, Sendable {
  /// What computes the chunks.
  package enum Engine: String, Codable, Sendable, CaseIterable { case slurm, local }

  /// The identity: the time at which it was submitted, in UTC.
  package let identity: String
  /// What computes the chunks.
  package let engine: Engine
  /// The name of the experiment.
  package let name: String
  /// The absolute path of the manifest.
  package let manifest: String
  /// The overrides of the manifest.
  package let overrides: [String]
  /// The absolute path of the output directory.
  package let output: String
  /// How many chunks run at once.
  package let workers: Int
  /// How many chunks there are.
  package let chunks: Int
  /// How many cells the chunks have.
  package let cells: Int
  /// The array of chunks, for Slurm.
  package var array: String?
  /// The job that assembles, for Slurm.
  package var assembling: String?

  /// The folder of the run.
  package var folder: String { "\(output)/.runs/\(identity)" }

  /// Writes `run.json`.
  ///
  /// - Throws: `TensorFileError.unwritable`.
  package func write() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    try writeAtomically(text, to: folder + "/run.json")
  }

  /// The last run that was submitted into an output directory; nil if there is none.
  ///
  /// - Throws: `TensorFileError` where its description cannot be read.
  package static func last(in output: String) throws -> SubmittedRun? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: output + "/.runs")) ?? []
    // A folder without a description is one of a submission that has failed.
    for name in names.sorted().reversed() {
      let path = "\(output)/.runs/\(name)/run.json"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      let bytes = try readRegularFile(path, limit: 1 << 20)
      guard let run = try? JSONDecoder().decode(SubmittedRun.self, from: Data(bytes)) else {
        throw TensorFileError.malformed(name: path, reason: "is no description of a run")
      }
      return run
    }
    return nil
  }

  /// Whether the chunk has said that it is done.
  package func isDone(_ chunk: Int) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder)/done/\(chunk)")
  }

  /// Notes that a chunk is done; a second copy of it may do so too.
  ///
  /// - Throws: `TensorFileError.unwritable`.
  package static func note(done chunk: Int, in folder: String, _ text: String) throws {
    try writeAtomically(text + "\n", to: "\(folder)/done/\(chunk)")
  }

  /// Whether the tables were written.
  package var isAssembled: Bool {
    FileManager.default.fileExists(atPath: folder + "/done/assembled")
  }

  /// The command that computes a chunk on this machine.
  package func command(of chunk: Int) -> String {
    "bash \(shellQuoted(folder + "/task.sh")) \(chunk)"
  }
}

/// A text as one word of a shell.
package func shellQuoted(_ text: String) -> String {
  let plain = text.utf8.allSatisfy {
    ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a)
      || "/._-+=:,@%".utf8.contains($0)
  }
  return plain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
}
