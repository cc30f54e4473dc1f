internal import CGSL

/// The only door to GSL: no call is made before its aborting error handler is off.
///
/// By default GSL prints a message and calls `abort()` on the first error. With the handler off it
/// returns a status or a value that is not a number instead, and the functions below turn each of
/// those into a thrown ``GSLError``.
///
/// A GSL object comes from ``allocate(_:_:)``, so the handler is off by the time there is one. That
/// is why the draws of ``RandomSource``, which cannot fail and are made by the million, skip the
/// door.
enum GSLRuntime {
  // A global is initialized once, on first use, whichever thread comes first.
  private static let errorHandlerIsOff: Void = {
    _ = gsl_set_error_handler_off()
  }()

  /// Runs a call that cannot fail.
  static func perform<Value>(_ call: () -> Value) -> Value {
    errorHandlerIsOff
    return call()
  }

  /// Runs a call that answers with a status, and throws every status but success.
  static func check(_ operation: String, _ call: () -> CInt) throws(GSLError) {
    errorHandlerIsOff
    let status = Int(call())
    guard status == Int(GSL_SUCCESS) else {
      throw GSLError(code: status, operation: operation)
    }
  }

  /// Runs an allocation, and throws when it yields nothing.
  static func allocate<Object>(
    _ operation: String, _ call: () -> UnsafeMutablePointer<Object>?
  ) throws(GSLError) -> UnsafeMutablePointer<Object> {
    errorHandlerIsOff
    guard let object = call() else {
      throw GSLError(code: GSLError.outOfMemoryCode, operation: operation)
    }
    return object
  }

  /// Runs a call that answers with a bare number, and throws unless that number is finite.
  ///
  /// Functions without a status signal an error by a value that is not a number, and an overflow
  /// by an infinity.
  static func finite(_ operation: String, _ call: () -> Double) throws(GSLError) -> Double {
    errorHandlerIsOff
    let value = call()
    guard value.isFinite else {
      let code = value.isNaN ? GSLError.domainCode : GSLError.rangeCode
      throw GSLError(code: code, operation: operation)
    }
    return value
  }
}
