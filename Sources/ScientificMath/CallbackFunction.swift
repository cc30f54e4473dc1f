internal import CGSL

/// A Swift closure dressed as a `gsl_function` for the length of one call.
enum CallbackFunction {
  private struct Box {
    let evaluate: (Double) -> Double
  }

  /// Hands `body` a `gsl_function` that evaluates `function`; the pointer dies with the call.
  ///
  /// A C function pointer captures nothing, so the closure travels in `params`, where the callback
  /// finds it again. `body` answers with a `Result` and a pair of numbers, which is all that its
  /// users need and spares every layer in between from being generic over an error type.
  static func withPointer(
    to function: (Double) -> Double,
    _ body: (UnsafeMutablePointer<gsl_function>) -> Result<(Double, Double), GSLError>
  ) throws(GSLError) -> (Double, Double) {
    let result = withoutActuallyEscaping(function) { escapable in
      var box = Box(evaluate: escapable)
      return withUnsafeMutablePointer(to: &box) { boxPointer in
        var callback = gsl_function(
          function: { argument, params in
            guard let params else { return .nan }
            return params.assumingMemoryBound(to: Box.self).pointee.evaluate(argument)
          },
          params: boxPointer)
        return withUnsafeMutablePointer(to: &callback) { body($0) }
      }
    }
    return try result.get()
  }
}
