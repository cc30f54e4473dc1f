import _TestSupport
import Foundation
import TensorIO
import Testing

extension Workspace {
  /// Writes a file and returns its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    try write(bytes, to: name)
    return path(name)
  }
}

func contents(_ path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// The only tensor a specification stands for.
func openOne(_ specification: String) throws -> TensorFile {
  let tensors = try TensorFile.open(specification)
  #expect(tensors.count == 1)
  return try #require(tensors.first)
}

/// Opens and reads everything, as any consumer would.
func readAll(_ specification: String, nonFinite: NonFinitePolicy = .error) throws -> [Tensor] {
  try TensorFile.open(specification).map { try $0.load(nonFinite: nonFinite) }
}

/// The text of the error that reading a specification ends with.
func failure(
  _ specification: String, nonFinite: NonFinitePolicy = .error,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> String {
  let error = try #require(
    throws: TensorFileError.self, sourceLocation: sourceLocation
  ) { _ = try readAll(specification, nonFinite: nonFinite) }
  #expect(!error.description.contains("\n"), sourceLocation: sourceLocation)
  return error.description
}

/// The text of the error, for a file of these bytes called `name`.
func failure(
  of bytes: [UInt8], as name: String = "x.npy", nonFinite: NonFinitePolicy = .error,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> String {
  let directory = try Workspace()
  return try failure(
    try directory.file(name, bytes), nonFinite: nonFinite, sourceLocation: sourceLocation)
}

/// Cuts a file or lengthens it by a hole.
func extend(_ path: String, to size: Int) throws {
  let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  try file.truncate(atOffset: UInt64(size))
  try file.close()
}
