/// A YAML file other than a manifest.
package struct YAMLDocument {
  /// The log for faults in the document.
  package let log: FaultLog
  /// The document; nil if the file is empty.
  package let root: ManifestNode?

  /// The reader of the document's nodes.
  package var reader: NodeReader { NodeReader(log: log) }

  /// Reads a regular file of at most a megabyte.
  ///
  /// - Parameters:
  /// - path: The path of the file.
  /// - what: The word for the file in messages, such as `policy`.
  /// - Throws: ``ManifestError`` if there is no such file, or if it is not YAML.
  package init(path: String, what: String) throws(ManifestError) {
    log = FaultLog(source: try ManifestSource(path: path, what: what), overrides: [])
    root = YAMLReader(log: log).read(log.source.text)
    try log.throwIfAny()
  }
}
