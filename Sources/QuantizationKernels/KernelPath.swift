internal import CQuantizationKernels
internal import Glibc

/// One compiled variant of the element loops.
///
/// All variants give the same bits, so which one runs never shows in a result; tests run them all
/// against each other and against the reference loops.
public struct KernelPath: Sendable, CustomStringConvertible {
  // Points to a constant table of functions: never written, never freed.
  nonisolated(unsafe) let loops: UnsafePointer<rl_kernels>

  /// The variants this processor can run, slowest first.
  ///
  /// There is always one.
  public static let available: [KernelPath] = (Int32(0)...).lazy
    .map { rl_kernels_available($0) }
    .prefix { $0 != nil }
    .compactMap { $0.map(KernelPath.init(loops:)) }

  /// The variant that runs: the one that the environment asks for, or the fastest this processor can
  /// run.
  public static let best: KernelPath =
    available.first { $0.description == requested } ?? available[available.count - 1]

  /// The environment variable that asks for a variant by its name, to compare them or to hunt a fault.
  public static let variable = "RANGELAB_KERNELS"

  /// What the environment asks for.
  public static let requested: String? = getenv(variable).map { String(cString: $0) }

  /// The name of the instruction set.
  public var description: String { String(cString: loops.pointee.name) }
}
