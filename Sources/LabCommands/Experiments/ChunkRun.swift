internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import TensorIO

/// `FOLDER:NUMBER`: a chunk of a submitted run, in its folder `DIR/.runs/ID`.
struct ChunkOption: ExpressibleByArgument {
  let folder: String
  let index: Int

  init?(argument: String) {
    guard let colon = argument.lastIndex(of: ":"), colon > argument.startIndex,
      let index = Int(argument[argument.index(after: colon)...]), index >= 0
    else { return nil }
    (folder, self.index) = (String(argument[..<colon]), index)
  }

  /// What the chunk is called in messages.
  var name: String { "chunk \(index)" }

  /// The part of the plan that the chunk is.
  ///
  /// - Throws: `TensorFileError` where the file of chunks cannot be read or has no such chunk.
  func request() throws -> PartRequest {
    let path = folder + "/chunks"
    let file = try ChunkFile(path: path)
    let run = String(folder.split(separator: "/").last ?? "")
    return .chunk(try file.part(index, of: run, path: path), plan: file.plan)
  }

  /// Notes that all of the chunk is computed.
  func noteDone(cells: Int, failed: Int) throws {
    try SubmittedRun.note(
      done: index, in: folder,
      "\(cells) cells, \(failed) failed, on \(ProcessInfo.processInfo.hostName)")
  }
}
