/// What a model says of one tensor: its `TensorProto`, without the data.
struct ONNXTensor: Sendable {
  /// Where a tensor says that its data lie.
  enum Place: Hashable, Sendable {
    case nowhere
    /// Bytes of the model.
    case raw(Range<Int>)
    /// Values in a field of their own.
    case values(ONNXValues.Field)
    /// Bytes of another file.
    case external(ONNXExternalData)
    /// More than one of them.
    case several
  }

  /// Its name in the model.
  var name: String
  /// Whether only the values that are not zero are there.
  var isSparse = false
  let shape: [Int]
  let type: ONNXElementType
  let place: Place
  /// Whether it is a part of a tensor that was cut.
  let isSegment: Bool
  /// The bytes of the message.
  let message: Range<Int>

  /// Longer names are no honest ones.
  static let maximumNameBytes = 1 << 16

  /// Reads a `TensorProto`, all but its data.
  init(
    _ message: Range<Int>, in reader: ProtobufReader
  ) throws(TensorFileError) {
    self.message = message
    var (name, type, location): (String?, UInt64?, UInt64?) = (nil, nil, nil)
    var raw: Range<Int>?
    var external = ONNXExternalData.Entries()
    var values: Set<ONNXValues.Field> = []
    var (shape, isSegment): ([Int], Bool) = ([], false)
    var fields = reader.fields(in: message)
    while let field = try fields.next() {
      switch field.number {
      case 1: try Self.appendExtents(field, of: fields, to: &shape)
      case 2: try fields.keep(try fields.number(field), in: &type, field)
      case 3: isSegment = true
      case 4, 5, 10:
        guard let kind = ONNXValues.Field(rawValue: field.number) else { continue }
        guard field.wire == .bytes || field.wire == kind.wire else { throw fields.wrongWire(field) }
        if !field.payload.isEmpty { values.insert(kind) }
      case 8:
        let text = try reader.text(try fields.bytes(field), limit: Self.maximumNameBytes)
        try fields.keep(text, in: &name, field)
      case 9: try fields.keep(try fields.bytes(field), in: &raw, field)
      case 13: try external.append(try fields.bytes(field), in: reader)
      case 14: try fields.keep(try fields.number(field), in: &location, field)
      default: continue
      }
    }
    self.name = name ?? ""
    self.shape = shape
    self.type = ONNXElementType(code: type ?? 0)
    self.isSegment = isSegment
    var places = values.map { Place.values($0) }
    if let raw, !raw.isEmpty { places.append(.raw(raw)) }
    switch location ?? 0 {
    case 0: break
    case 1: places.append(.external(try external.data(of: message, in: reader)))
    case let other:
      throw reader.malformed("data_location \(other) of a tensor", at: message.lowerBound)
    }
    place = places.count > 1 ? .several : places.first ?? .nowhere
  }

  /// Extents stand one by one, or many in one field.
  private static func appendExtents(
    _ field: ProtobufField, of fields: ProtobufFields, to shape: inout [Int]
  ) throws(TensorFileError) {
    guard field.wire == .varint || field.wire == .bytes else { throw fields.wrongWire(field) }
    var position = field.payload.lowerBound
    while position < field.payload.upperBound {
      let extent = try fields.reader.varint(at: &position, end: field.payload.upperBound)
      guard shape.count < maximumAxes else {
        throw .unsupported(
          name: fields.reader.file.name,
          reason: "more than \(maximumAxes) dimensions at byte \(field.start); expected at most "
            + "\(maximumAxes)")
      }
      shape.append(Int(truncatingIfNeeded: extent))
    }
  }
}
