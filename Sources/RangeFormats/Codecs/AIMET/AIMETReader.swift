internal import QuantizationCore
internal import RangeFiles
internal import TensorIO

/// Reads AIMET's encodings of all versions.
struct AIMETReader {
  let estimator: String
  let context: FormatContext
  var reading = FormatReading([])
  var left: [String: Int] = [:]

  init(estimator: String, context: FormatContext) {
    (self.estimator, self.context) = (estimator, context)
  }

  /// The tensors of a file.
  mutating func read(_ input: FormatInput) throws(FormatFault) -> FormatReading {
    let document = try input.json(AIMETDocument.self)
    switch document.version {
    case "2.0.0":
      guard let encodings = document.encodings else {
        throw FormatFault("the key 'encodings' is missing")
      }
      for (index, encoding) in encodings.enumerated() {
        let name = try name(encoding, "encodings", index)
        try add(encoding, name, nil, place("encodings", index, name))
      }
    case "0.6.1", "1.0.0":
      let sections = [
        (document.activations, TensorRange.Kind.activation, "activation_encodings"),
        (document.parameters, .weight, "param_encodings"),
      ]
      for case (let section?, let kind, let key) in sections {
        try add(section, kind, key, isEarly: document.version == "0.6.1")
      }
    case let other:
      throw FormatFault("the version is \(quoted(other)); expected 0.6.1, 1.0.0 or 2.0.0")
    }
    for (reason, count) in left.sorted(by: { $0.key < $1.key }) {
      reading.notes.append("\(counted(count, "tensor")) left out: \(reason)")
    }
    return reading
  }

  private func name(
    _ encoding: AIMETEncoding, _ list: String, _ index: Int
  ) throws(FormatFault) -> String {
    guard let name = encoding.name else {
      throw FormatFault("\(list)[\(index)]", "the key 'name' is missing")
    }
    return name
  }

  private mutating func add(
    _ section: AIMETDocument.Section, _ kind: TensorRange.Kind, _ key: String, isEarly: Bool
  ) throws(FormatFault) {
    switch (section, isEarly) {
    case (.named(let tensors), true):
      for (name, lanes) in tensors.sorted(by: { naturallyPrecedes($0.key, $1.key) }) {
        try add(lanes, name, kind, "\(key) \(quoted(name))")
      }
    case (.listed(let tensors), false):
      for (index, encoding) in tensors.enumerated() {
        let name = try name(encoding, key, index)
        let place = place(key, index, name)
        guard let draft = try draft(of: encoding, name, kind, place) else { continue }
        try add(draft)
      }
    default:
      throw FormatFault(
        key,
        "expected "
          + (isEarly ? "an object of tensors in version 0.6.1" : "a list in version 1.0.0"))
    }
  }
  /// The bits of codes; nothing where the tensor has none of 2 to 16 bits and is left out.
  mutating func width(
    _ bits: Int?, _ type: String?, _ place: String
  ) throws(FormatFault) -> BitWidth? {
    guard let bits else { throw FormatFault(place, "the number of bits is missing") }
    guard type?.lowercased() ?? "int" == "int" else {
      left["\(type ?? "") of \(bits) bits has no codes", default: 0] += 1
      return nil
    }
    guard bits != 32 else {
      left["32 bits, as biases have", default: 0] += 1
      return nil
    }
    guard let width = BitWidth(bits) else {
      throw FormatFault(place, "\(bits) bits; expected 2 to 16")
    }
    return width
  }

  func channelAxis(_ name: String, _ place: String) throws(FormatFault) -> Int {
    guard let axis = context.model?.entry(name)?.channelAxis else {
      throw FormatFault(place, "the file does not say the axis of its channels; give the --model")
    }
    return axis
  }

  /// Offsets on unsigned codes, as zero points.
  func draft(
    _ name: String, _ kind: TensorRange.Kind, _ bits: BitWidth, isSymmetric: Bool,
    _ scales: [Double],
    _ offsets: [Double], _ place: String
  ) throws(FormatFault) -> RangeDraft {
    guard let offsets = integers(offsets) else {
      throw FormatFault(place, "an offset is no integer, so zero lies between two codes")
    }
    let half = bits.levels / 2
    var grid = CodeGrid(.affineUnsigned, bits: bits)
    var zeroPoints = offsets.map { -$0 }
    if isSymmetric, offsets.allSatisfy({ $0 == -half }) {
      (grid, zeroPoints) = (CodeGrid(.symmetricFull, bits: bits), offsets.map { _ in 0 })
    } else if isSymmetric, offsets.allSatisfy({ $0 == 1 - half }) {
      (grid, zeroPoints) = (CodeGrid(.symmetricNarrow, bits: bits), offsets.map { _ in 0 })
    } else if isSymmetric, !offsets.allSatisfy({ $0 == 0 }) {
      throw FormatFault(
        place, "is symmetric with the offset \(offsets[0]); expected \(-half), \(1 - half) or 0")
    }
    return RangeDraft(
      place: place, name: name, kind: kind, grid: grid, scales: scales.map { Float($0) },
      zeroPoints: zeroPoints, estimator: estimator)
  }

  mutating func add(_ draft: RangeDraft) throws(FormatFault) {
    reading.tensors.append(try draft.range(context))
  }
}
