internal import COnnxRuntime

/// How a session runs its model.
///
/// Threads never spin while they wait, as other work shares the machine. Nothing is logged, as
/// errors are thrown.
package struct SessionOptions: Sendable, Equatable {
  /// How far ONNX Runtime rewrites the model before it runs.
  package enum Optimization: Int32, Sendable, CaseIterable {
    /// The model as it is written.
    case none = 0
    /// Constants are folded, nodes without effect are dropped.
    case basic = 1
    /// Nodes are fused, among them quantized ones to integer kernels.
    case extended = 2
    /// All there is, also for this kind of processor.
    case all = 99
  }

  /// The threads of one operator, at least 1.
  ///
  /// One thread gives the same bits on every run.
  package var threads: Int
  /// How far the model is rewritten.
  package var optimization: Optimization
  /// Whether QuantizeLinear and DequantizeLinear stay as they are written, so that operators between
  /// them compute in float.
  ///
  /// That is what the ranges cost, the same on every processor; integer kernels saturate on some.
  package var keepsQDQInFloat: Bool
  /// Whether memory stays with the session after a run, for the next one.
  ///
  /// Without it a run takes somewhat longer, and the peak is that of one run.
  package var usesArena: Bool

  /// Options; the defaults are what results are made with.
  package init(
    threads: Int = 1, optimization: Optimization = .all, keepsQDQInFloat: Bool = false,
    usesArena: Bool = true
  ) {
    self.threads = threads
    self.optimization = optimization
    self.keepsQDQInFloat = keepsQDQInFloat
    self.usesArena = usesArena
  }

  /// The options as ONNX Runtime's own object, for the caller to release.
  func made(by library: RuntimeLibrary) throws(RuntimeError) -> OpaquePointer {
    var handle: OpaquePointer?
    try library.check(
      rl_ort_create_options(
        library.handle, Int32(clamping: max(1, threads)), optimization.rawValue, &handle))
    guard let handle else { throw .unsuitable("ONNX Runtime made no session options") }
    do throws(RuntimeError) {
      var entries = [
        ("session.intra_op.allow_spinning", "0"), ("session.inter_op.allow_spinning", "0"),
      ]
      if keepsQDQInFloat { entries.append(("session.disable_quant_qdq", "1")) }
      for (key, value) in entries {
        try library.check(rl_ort_add_entry(library.handle, handle, key, value))
      }
      if !usesArena { try library.check(rl_ort_disable_arena(library.handle, handle)) }
    } catch {
      rl_ort_release_options(library.handle, handle)
      throw error
    }
    return handle
  }
}
