/// Finds the tensors of a model: the initializers of its graph, and the constants among its nodes.
///
/// Graphs inside of nodes and functions are passed over. Every byte is looked at twice at most, and
/// what is kept is the list.
struct ONNXScan {
  private let reader: ProtobufReader
  private(set) var tensors: [ExactName: ONNXTensor] = [:]

  /// - Throws: `TensorFileError` where the bytes are no model, or two tensors have one name.
  init(_ file: ReadableFile) throws(TensorFileError) {
    reader = ProtobufReader(file)
    var graph: Range<Int>?
    var fields = reader.fields(in: 0..<file.size)
    while let field = try fields.next() {
      if field.number == 7 { try fields.keep(try fields.bytes(field), in: &graph, field) }
    }
    guard let graph else { throw reader.malformed("no graph up to the end", at: file.size) }
    try readGraph(graph)
  }

  private mutating func readGraph(_ message: Range<Int>) throws(TensorFileError) {
    var fields = reader.fields(in: message)
    while let field = try fields.next() {
      switch field.number {
      case 1: try readNode(try fields.bytes(field))
      case 5: try append(try ONNXTensor(try fields.bytes(field), in: reader))
      case 15: try readSparse(try fields.bytes(field))
      default: continue
      }
    }
  }

  /// The value of a `Constant`, which is known by what the node puts out.
  ///
  /// Attributes may stand before the words that say what the node is, so they have a turn of their
  /// own.
  private mutating func readNode(_ message: Range<Int>) throws(TensorFileError) {
    var (output, isConstant): (Range<Int>?, Bool?) = (nil, nil)
    var fields = reader.fields(in: message)
    while let field = try fields.next() {
      switch field.number {
      case 2:
        let name = try fields.bytes(field)
        output = output ?? name
      case 4:
        try fields.keep(try isText("Constant", try fields.bytes(field)), in: &isConstant, field)
      default: continue
      }
    }
    guard isConstant == true else { return }
    fields = reader.fields(in: message)
    while let field = try fields.next() {
      guard field.number == 5, let value = try value(try fields.bytes(field)) else { continue }
      var tensor = try ONNXTensor(value, in: reader)
      tensor.name = try reader.text(output ?? 0..<0, limit: ONNXTensor.maximumNameBytes)
      try append(tensor)
    }
  }

  /// The tensor of an attribute that is called `value`.
  private func value(_ attribute: Range<Int>) throws(TensorFileError) -> Range<Int>? {
    var (isValue, tensor): (Bool?, Range<Int>?) = (nil, nil)
    var fields = reader.fields(in: attribute)
    while let field = try fields.next() {
      switch field.number {
      case 1: try fields.keep(try isText("value", try fields.bytes(field)), in: &isValue, field)
      case 5: try fields.keep(try fields.bytes(field), in: &tensor, field)
      default: continue
      }
    }
    return isValue == true ? tensor : nil
  }

  /// A sparse tensor is known by the name of its values.
  private mutating func readSparse(_ message: Range<Int>) throws(TensorFileError) {
    var fields = reader.fields(in: message)
    while let field = try fields.next() {
      guard field.number == 1 else { continue }
      var tensor = try ONNXTensor(try fields.bytes(field), in: reader)
      tensor.isSparse = true
      try append(tensor)
    }
  }

  private mutating func append(_ tensor: ONNXTensor) throws(TensorFileError) {
    guard !tensor.name.isEmpty else {
      throw reader.malformed("tensor without a name", at: tensor.message.lowerBound)
    }
    guard tensors.updateValue(tensor, forKey: ExactName(tensor.name)) == nil else {
      throw .malformed(
        name: "\(reader.file.name)#\(tensor.name)",
        reason: "occurs more than once, again at byte \(tensor.message.lowerBound)")
    }
  }

  private func isText(_ text: String, _ range: Range<Int>) throws(TensorFileError) -> Bool {
    guard range.count == text.utf8.count else { return false }
    return try reader.text(range, limit: range.count).isExactly(text)
  }
}
