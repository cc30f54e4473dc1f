/// The version of RangeLab, for provenance, `--version` and other languages.
package enum ToolVersion {
  /// The version in CHANGELOG.md.
  package static let current = "0.1.0"
}
