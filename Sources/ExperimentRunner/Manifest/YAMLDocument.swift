/// A file in YAML that is no manifest, read through the same door.
package struct YAMLDocument {
  /// Where faults of what the document says are noted.
  package let log: FaultLog
  /// The document; nothing where the file is empty.
  package let root: ManifestNode?

  /// Reads the nodes of the document.
  package var reader: NodeReader { NodeReader(log: log) }

  /// Reads a regular file of at most a megabyte.
  ///
  /// - Parameters:
  ///   - path: Where it is.
  ///   - what: What messages call it, such as `policy`.
  /// - Throws: ``ManifestError`` where there is no such file, or no YAML in it.
  package init(path: String, what: String) throws(ManifestError) {
    log = FaultLog(source: try ManifestSource(path: path, what: what), overrides: [])
    root = YAMLReader(log: log).read(log.source.text)
    try log.throwIfAny()
  }
}
