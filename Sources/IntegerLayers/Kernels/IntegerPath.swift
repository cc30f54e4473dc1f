internal import CIntegerKernels
internal import QuantizationKernels

/// One compiled variant of the loops of integer layers, for one instruction set.
///
/// All variants give the same integers. `avx2` and `avx512` multiply in 16 bits (vpmaddwd), which no pair of
/// bytes overflows; `vnni` and `amx` multiply bytes and add in 32 bits without saturation.
package struct IntegerPath: Sendable, CustomStringConvertible {
  // It points to a constant table of functions, which is never written or freed.
  nonisolated(unsafe) let loops: UnsafePointer<rl_integer_kernels>

  /// The variants that this processor can run, slowest first; at least one.
  package static let available: [IntegerPath] = (Int32(0)...).lazy
    .map { rl_integer_kernels_available($0) }
    .prefix { $0 != nil }
    .compactMap { $0.map(IntegerPath.init(loops:)) }

  /// The variant that runs: the one that `RANGELAB_KERNELS` names, or else the fastest one that this
  /// processor can run.
  package static let best: IntegerPath =
    available.first { $0.description == KernelPath.requested } ?? available[available.count - 1]

  /// The name of the instruction set.
  package var description: String { String(cString: loops.pointee.name) }
}
