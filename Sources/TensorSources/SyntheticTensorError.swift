/// A description of a synthetic tensor that describes none.
public struct SyntheticTensorError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The part of the description at fault, such as `outliers.fraction`.
  public let field: String

  /// The value found there, as text.
  public let value: String

  /// What would have been accepted.
  public let allowed: String

  /// Describes one fault.
  public init(field: String, value: String, allowed: String) {
    self.field = field
    self.value = value
    self.allowed = allowed
  }

  /// The field, the value and what is allowed, in one sentence.
  public var description: String {
    "\(field) is \(value), but must be \(allowed)"
  }
}
