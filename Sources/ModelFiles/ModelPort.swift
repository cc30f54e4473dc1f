/// An input or an output of a model.
package struct ModelPort: Sendable {
  var message: OnnxValueInfo

  init(_ message: OnnxValueInfo) { self.message = message }

  /// An output of which only the name is known, which is enough to run a model.
  package init(name: String) {
    message = OnnxValueInfo()
    message.name = name
  }

  /// Its name.
  package var name: String { message.name }

  /// The type of its elements; nothing where it is no tensor or its type is not known.
  package var type: ModelElementType? {
    ModelElementType(rawValue: message.type.tensorType.elemType)
  }

  /// The length of each axis, nothing for one that may vary; nothing at all where the rank is not
  /// known.
  package var shape: [Int?]? {
    guard message.type.tensorType.hasShape else { return nil }
    return message.type.tensorType.shape.dim.map {
      $0.hasDimValue && $0.dimValue >= 0 ? Int($0.dimValue) : nil
    }
  }
}
