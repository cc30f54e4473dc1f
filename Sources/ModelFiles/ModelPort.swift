/// An input or an output of a model.
package struct ModelPort: Sendable {
  var message: OnnxValueInfo

  init(_ message: OnnxValueInfo) { self.message = message }

  /// An output of which only the name is known, which is enough to run a model.
  package init(name: String) {
    message = OnnxValueInfo()
    message.name = name
  }

  /// A tensor of a type.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - type: The type of its elements.
  ///   - shape: The length of each axis, nothing for one that may vary; nothing at all where even the
  ///     rank may.
  package init(name: String, type: ModelElementType, shape: [Int?]?) {
    self.init(name: name)
    message.type.tensorType.elemType = type.rawValue
    guard let shape else { return }
    message.type.tensorType.shape.dim = shape.map { extent in
      var axis = OnnxDimension()
      if let extent { axis.dimValue = Int64(extent) }
      return axis
    }
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
