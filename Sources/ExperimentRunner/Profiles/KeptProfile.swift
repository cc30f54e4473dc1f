internal import ResultRecords

/// A profile as one line of JSON, the form in which it is stored and written to `profiles.json`.
///
/// A run that finds a thousand stored profiles copies their lines without parsing them.
struct KeptProfile: Sendable {
  /// The line, without a line end.
  let line: String

  /// Encodes a profile.
  init(_ profile: TensorProfile) throws { line = try TensorProfileFile.line(profile) }

  /// Wraps a stored line.
  init(line: String) { self.line = line }

  /// Parses the line.
  ///
  /// - Throws: `JSONFault` if it is no profile.
  func profile() throws -> TensorProfile { try TensorProfileFile.profile(in: line) }
}
