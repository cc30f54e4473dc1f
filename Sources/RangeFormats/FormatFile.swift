package import Foundation
package import RangeFiles

/// A file that a format is written to.
package struct FormatFile: Hashable, Sendable {
  /// What is appended to the path that the user names, or with `/` in front the name of a file in the same
  /// folder; empty for the first file.
  package let suffix: String
  /// The bytes.
  package let data: Data

  /// A file.
  package init(suffix: String = "", data: Data) { (self.suffix, self.data) = (suffix, data) }

  /// The path of a file.
  ///
  /// - Parameters:
  ///   - suffix: As in ``suffix``.
  ///   - first: The path that the user names.
  package static func path(_ suffix: String, beside first: String) -> String {
    guard suffix.hasPrefix("/") else { return first + suffix }
    guard let slash = first.lastIndex(of: "/") else { return String(suffix.dropFirst()) }
    return String(first[..<slash]) + suffix
  }
}

/// What a codec writes.
package struct FormatOutput: Hashable, Sendable {
  /// The files, the first under the path that the user names.
  package var files: [FormatFile]
  /// What the user should know, a line each.
  package var notes: [String]

  /// Files and notes.
  package init(files: [FormatFile], notes: [String] = []) {
    (self.files, self.notes) = (files, notes)
  }

  /// One file of text.
  package init(text: String, notes: [String] = []) {
    self.init(files: [FormatFile(data: Data(text.utf8))], notes: notes)
  }
}

/// What a codec reads.
package struct FormatInput: Sendable {
  /// The bytes of the file that the user names.
  package let bytes: Data
  /// The bytes of a file beside it, at ``FormatFile/path(_:beside:)``; nothing where there is none.
  package let beside: @Sendable (_ suffix: String) -> Data?

  /// A file, and others beside it.
  package init(
    _ bytes: Data, beside: @escaping @Sendable (_ suffix: String) -> Data? = { _ in nil }
  ) {
    (self.bytes, self.beside) = (bytes, beside)
  }

  /// The text of the file.
  ///
  /// - Throws: ``FormatFault`` if it is not UTF-8.
  package func text() throws(FormatFault) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FormatFault("is not text in UTF-8")
    }
    return text
  }
}

/// What a codec has read.
package struct FormatReading: Sendable {
  /// The tensors, in the order of the file where it has one.
  package var tensors: [TensorRange]
  /// Ranges without a zero point.
  package var unaligned: [UnalignedRange] = []
  /// The model that the file names.
  package var model: RangeSet.Model?
  /// What the user should know, a line each.
  package var notes: [String]

  /// Tensors and notes.
  package init(_ tensors: [TensorRange], model: RangeSet.Model? = nil, notes: [String] = []) {
    (self.tensors, self.model, self.notes) = (tensors, model, notes)
  }
}
