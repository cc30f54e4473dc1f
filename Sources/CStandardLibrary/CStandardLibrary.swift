/// The C library of the system under one name: `log`, `pow` and their like, and threads.
///
/// The floors of the library import this and not Foundation, whose functions of mathematics are the same
/// ones: without Foundation they can be linked, with the Swift runtime, into one dynamic library.
#if canImport(Darwin)
  @_exported public import Darwin
#elseif canImport(Musl)
  @_exported public import Musl
#else
  @_exported public import Glibc
#endif
