internal import CGSL

/// A failure reported by the GNU Scientific Library, or an argument it would have misused.
///
/// GSL documents its codes in the chapter "Error Handling" of its reference manual.
public struct GSLError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The status code of `gsl_errno.h`, such as 4 for an invalid argument.
  public let code: Int

  /// What was asked for: the GSL function, or a sentence naming the argument at fault.
  public let operation: String

  /// Describes a failure of one operation.
  public init(code: Int, operation: String) {
    self.code = code
    self.operation = operation
  }

  /// The operation, followed by GSL's own words for the code.
  public var description: String {
    "\(operation): \(String(cString: gsl_strerror(CInt(truncatingIfNeeded: code)))) (GSL code \(code))"
  }
}

extension GSLError {
  /// `GSL_EDOM`: an argument outside the domain of the function.
  package static var domainCode: Int { Int(GSL_EDOM) }

  /// `GSL_ERANGE`: a result too large to represent.
  package static var rangeCode: Int { Int(GSL_ERANGE) }

  /// `GSL_EINVAL`: an argument no function of this kind accepts.
  package static var invalidArgumentCode: Int { Int(GSL_EINVAL) }

  /// `GSL_ENOMEM`: an allocation refused.
  package static var outOfMemoryCode: Int { Int(GSL_ENOMEM) }

  /// `GSL_EMAXITER`: an iteration that did not converge in the steps allowed.
  package static var iterationLimitCode: Int { Int(GSL_EMAXITER) }

  /// An argument found wanting before GSL saw it.
  static func invalid(_ operation: String) -> GSLError {
    GSLError(code: invalidArgumentCode, operation: operation)
  }
}
