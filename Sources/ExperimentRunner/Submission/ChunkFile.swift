internal import Foundation
internal import TensorIO

/// The chunks of a submitted run, as they were written down once.
///
/// The first line names the plan. Each other line is a chunk: `SECONDS CELLS` and what it computes, which are
/// ranges of places of cells (`12..19`), `p3` for the profile of tensor 3, `n0` for network 0.
package struct ChunkFile: Sendable {
  /// The hash of the plan that was cut.
  package let plan: String
  /// A line for each chunk.
  let lines: [String]

  private static let title = "rangelab chunks 1 "

  /// - Parameter plan: The hash of the plan that was cut.
  init(plan: String, _ chunks: [[PlanPiece]]) {
    self.plan = plan
    lines = chunks.map { pieces in
      let part = PlanPart(owner: .run, pieces)
      let words =
        part.cells.map { "\($0.lowerBound)..\($0.upperBound - 1)" }
        + part.profiles.sorted().map { "p\($0)" } + part.networks.sorted().map { "n\($0)" }
      let seconds = pieces.reduce(0) { $0 + $1.cost } / 1e9
      let cells = part.cells.reduce(0) { $0 + $1.count }
      return "\(String(format: "%.3f", seconds)) \(cells) " + words.joined(separator: " ")
    }
  }

  /// Reads the file of a run.
  ///
  /// - Throws: ``TensorFileError`` if it cannot be read or is none.
  package init(path: String) throws {
    let text = String(decoding: try readRegularFile(path, limit: 1 << 30), as: UTF8.self)
    let all = text.split(separator: "\n").map(String.init)
    guard let first = all.first, first.hasPrefix(Self.title) else {
      throw TensorFileError.malformed(name: path, reason: "is no file of chunks of a submitted run")
    }
    plan = String(first.dropFirst(Self.title.count))
    lines = Array(all.dropFirst())
  }

  /// The text of the file.
  var text: String { ([Self.title + plan] + lines).map { $0 + "\n" }.joined() }

  /// How many chunks there are.
  package var count: Int { lines.count }

  /// How many cells a chunk has.
  package func cells(of index: Int) -> Int {
    lines[index].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
  }

  /// A chunk as a part of the plan.
  ///
  /// - Parameter run: The identity of the run, for the names of segments.
  /// - Throws: ``TensorFileError`` if there is no such chunk, or its line is malformed.
  package func part(_ index: Int, of run: String, path: String) throws -> PlanPart {
    guard lines.indices.contains(index) else {
      throw TensorFileError.malformed(
        name: path, reason: "has no chunk \(index); expected 0 to \(lines.count - 1)")
    }
    var part = PlanPart(owner: .chunk(index, of: run))
    for word in lines[index].split(separator: " ").dropFirst(2) {
      let ends = word.split(separator: ".").compactMap { Int($0) }
      if ends.count == 2, ends[0] <= ends[1] {
        part.cells.append(ends[0]..<(ends[1] + 1))
      } else if let number = Int(word.dropFirst()), word.hasPrefix("p") {
        part.profiles.insert(number)
      } else if let number = Int(word.dropFirst()), word.hasPrefix("n") {
        part.networks.insert(number)
      } else {
        throw TensorFileError.malformed(
          name: path, reason: "chunk \(index) has '\(word)'; expected a range, pN or nN")
      }
    }
    return part
  }
}
