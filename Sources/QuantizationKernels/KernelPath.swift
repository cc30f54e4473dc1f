internal import CQuantizationKernels
internal import Glibc

/// One compiled variant of the element loops, for one instruction set.
///
/// All variants give the same results, bit for bit. Tests compare them with each other and with the
/// reference loops.
public struct KernelPath: Sendable, CustomStringConvertible {
  // It points to a constant table of functions, which is never written or freed.
  nonisolated(unsafe) let loops: UnsafePointer<rl_kernels>

  /// The variants that this processor can run, slowest first; at least one.
  public static let available: [KernelPath] = (Int32(0)...).lazy
    .map { rl_kernels_available($0) }
    .prefix { $0 != nil }
    .compactMap { $0.map(KernelPath.init(loops:)) }

  /// The variant that runs: the one that the environment names, or else the fastest one that this
  /// processor can run.
  public static let best: KernelPath =
    available.first { $0.description == requested } ?? available[available.count - 1]

  /// The environment variable that names the variant to run, for comparisons and for finding faults.
  public static let variable = "RANGELAB_KERNELS"

  /// The name in the environment variable; nil if it is not set.
  public static let requested: String? = getenv(variable).map { String(cString: $0) }

  /// The name of the instruction set.
  public var description: String { String(cString: loops.pointee.name) }
}
