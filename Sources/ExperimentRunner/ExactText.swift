/// A text that equals another only where their bytes are the same.
///
/// Strings that are canonically equal, as `é` in one code point and in two, are one key of a
/// dictionary. Names of files and of tensors are what their bytes say: those are two names.
struct ExactText: Hashable {
  private let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }
}

extension StringProtocol {
  /// Whether both texts have the same bytes.
  func isExactly(_ other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }
}
