internal import CGSL

/// The version of GSL.
package enum GSLVersion {
  /// The version of the library that is loaded, such as `2.7.1`.
  ///
  /// The headers that the program was built with may be of another.
  package static var loaded: String { String(cString: rangelab_gsl_version()) }
}
