internal import COnnxRuntime
internal import Foundation

extension Session {
  /// Runs the model.
  ///
  /// - Parameters:
  ///   - inputs: A value for each input, by its name.
  ///   - outputs: The names of the outputs that are wanted; nil for all.
  /// - Returns: The outputs in the order of the names, in ONNX Runtime's memory, which they keep.
  /// - Throws: `failed` with ONNX Runtime's message, for example for a name, type or shape that the
  ///   model does not have; `unsuitable` for an input that is not given and for an output that is
  ///   no tensor of numbers.
  package func run(
    _ inputs: [String: RuntimeValue], outputs: [String]? = nil
  ) throws(RuntimeError) -> [RuntimeValue] {
    // ONNX Runtime itself finds it missing only when an operator asks for it.
    if let missing = self.inputs.first(where: {
      $0.elementType != .undefined && inputs[$0.name] == nil
    }) {
      let given = inputs.isEmpty ? "nothing" : inputs.keys.sorted().joined(separator: ", ")
      throw .unsuitable(
        oneLine("the input '\(missing.name)' has no value; given: \(given)", limit: 400))
    }
    // In order of the names, so that of two wrong inputs always the same is reported.
    let given = inputs.sorted { $0.key < $1.key }
    var lent: [OpaquePointer?] = []
    defer { for value in lent { rl_ort_release_value(library.handle, value) } }
    for (_, value) in given { lent.append(try value.lend(to: library)) }

    let inputNames = given.map { UnsafePointer(strdup($0.key)) }
    let wanted = outputs ?? self.outputs.map(\.name)
    let outputNames = wanted.map { UnsafePointer(strdup($0)) }
    defer { for name in inputNames + outputNames { free(UnsafeMutablePointer(mutating: name)) } }

    var results = [OpaquePointer?](repeating: nil, count: wanted.count)
    let status = rl_ort_run(
      library.handle, handle, inputNames, lent, lent.count, outputNames, wanted.count, &results)
    // Owned at once, so that none is lost when another turns out to be unreadable.
    let made = results.map { $0.map { OutputMemory($0, session: self) } }
    try library.check(status)

    var values: [RuntimeValue] = []
    for (name, memory) in zip(wanted, made) {
      guard let memory else {
        throw .unsuitable("the output '\(oneLine(name, limit: 200))' has no value")
      }
      values.append(try RuntimeValue(memory, name: name, inputs: given.map(\.value)))
    }
    return values
  }
}

/// An output in ONNX Runtime's memory.
///
/// It keeps the session, since an output that is a weight of the model lies in the session's memory.
final class OutputMemory: Sendable {
  nonisolated(unsafe) let value: OpaquePointer
  private let session: Session

  var library: RuntimeLibrary { session.library }

  init(_ value: OpaquePointer, session: Session) {
    (self.value, self.session) = (value, session)
  }

  deinit { rl_ort_release_value(library.handle, value) }
}
