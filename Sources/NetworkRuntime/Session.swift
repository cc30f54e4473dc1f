internal import COnnxRuntime
package import Foundation

/// An input or output of a model.
package struct Port: Sendable, Equatable {
  /// Its name.
  package let name: String
  /// The type of its elements; `undefined` for a sequence or a map.
  package let elementType: RuntimeElementType
  /// The sizes of its axes, nil for one that each run chooses.
  ///
  /// Also empty where the model tells no shape.
  package let shape: [Int?]

  /// An input or output of these properties.
  package init(name: String, elementType: RuntimeElementType, shape: [Int?]) {
    (self.name, self.elementType, self.shape) = (name, elementType, shape)
  }
}

/// A model that is ready to run, on any number of threads at once.
package final class Session: Sendable {
  /// The inputs that have no value in the model, in its order.
  package let inputs: [Port]
  /// The outputs, in the model's order.
  package let outputs: [Port]
  /// The library that runs it.
  package let library: RuntimeLibrary
  // ONNX Runtime says that a session may run on several threads at once.
  private nonisolated(unsafe) let owned: OwnedSession

  var handle: OpaquePointer { owned.handle }

  /// Opens a model file; external data are looked up beside it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - library: The library that runs it.
  ///   - options: Threads, optimization, memory.
  /// - Throws: `failed` with ONNX Runtime's message when it is no valid model.
  package convenience init(
    _ path: String, library: RuntimeLibrary, options: SessionOptions = SessionOptions()
  ) throws(RuntimeError) {
    try self.init(library, options) { library, options, session in
      rl_ort_create_session(library, path, options, &session)
    }
  }

  /// Opens a model in memory, which is not needed afterwards; it can have no external data.
  ///
  /// - Parameters:
  ///   - bytes: The bytes of its file.
  ///   - library: The library that runs it.
  ///   - options: Threads, optimization, memory.
  /// - Throws: `failed` with ONNX Runtime's message when it is no valid model.
  package convenience init(
    bytes: some ContiguousBytes, library: RuntimeLibrary,
    options: SessionOptions = SessionOptions()
  ) throws(RuntimeError) {
    try self.init(library, options) { library, options, session in
      bytes.withUnsafeBytes {
        rl_ort_create_session_from_array(library, $0.baseAddress, $0.count, options, &session)
      }
    }
  }

  private init(
    _ library: RuntimeLibrary, _ options: SessionOptions,
    create: (_ library: OpaquePointer, _ options: OpaquePointer, _ session: inout OpaquePointer?)
      -> OpaquePointer?
  ) throws(RuntimeError) {
    let settings = try options.made(by: library)
    defer { rl_ort_release_options(library.handle, settings) }
    var session: OpaquePointer?
    try library.check(create(library.handle, settings, &session))
    guard let session else { throw .unsuitable("ONNX Runtime made no session") }
    let owned = OwnedSession(session, library)
    self.library = library
    self.owned = owned
    inputs = try owned.ports(RL_ORT_INPUT)
    outputs = try owned.ports(RL_ORT_OUTPUT)
  }
}

/// Releases a session, also when the initializer of ``Session`` throws.
private final class OwnedSession {
  let handle: OpaquePointer
  private let library: RuntimeLibrary

  init(_ handle: OpaquePointer, _ library: RuntimeLibrary) {
    (self.handle, self.library) = (handle, library)
  }

  deinit { rl_ort_release_session(library.handle, handle) }

  func ports(_ side: rl_ort_side) throws(RuntimeError) -> [Port] {
    var count = 0
    try library.check(rl_ort_port_count(library.handle, handle, side, &count))
    var ports: [Port] = []
    for index in 0..<count { ports.append(try port(side, index)) }
    return ports
  }

  private func port(_ side: rl_ort_side, _ index: Int) throws(RuntimeError) -> Port {
    var (type, axes): (Int32, Int) = (0, 0)
    var sizes: UnsafeMutablePointer<Int64>?
    try library.check(
      rl_ort_port_type(library.handle, handle, side, index, &type, &sizes, &axes))
    defer { free(sizes) }
    var name: UnsafeMutablePointer<CChar>?
    try library.check(rl_ort_port_name(library.handle, handle, side, index, &name))
    defer { rl_ort_free_name(library.handle, name) }
    return Port(
      name: name.map { String(cString: $0) } ?? "",
      elementType: RuntimeElementType(rawValue: type) ?? .undefined,
      shape: UnsafeBufferPointer(start: sizes, count: axes).map { $0 < 0 ? nil : Int($0) })
  }
}
