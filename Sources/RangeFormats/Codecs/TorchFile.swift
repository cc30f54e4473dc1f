internal import Foundation
internal import QuantizationCore
internal import RangeFiles
internal import TensorIO

/// A .safetensors file in memory.
struct TorchFile {
  /// The texts of the header.
  let metadata: [String: String]
  /// The names of the tensors, in the order of lists.
  let names: [String]
  private let entries: [String: Entry]
  private let bytes: Data
  private let start: Int

  private struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let offsets: [Int]

    private enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  private enum Member: Decodable {
    case metadata([String: String])
    case tensor(Entry)

    init(from decoder: any Decoder) throws {
      if decoder.codingPath.last?.stringValue == "__metadata__" {
        self = .metadata(try [String: String](from: decoder))
      } else {
        self = .tensor(try Entry(from: decoder))
      }
    }
  }

  /// Reads the header.
  init(_ bytes: Data) throws(FormatFault) {
    guard bytes.count >= 8 else {
      throw FormatFault("\(bytes.count) bytes; expected a safetensors header")
    }
    let length = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - 8) else {
      throw FormatFault("a header of \(length) bytes reaches beyond the end at byte \(bytes.count)")
    }
    start = bytes.startIndex + 8 + Int(length)
    let header: [String: Member]
    do {
      header = try FormatInput(bytes[bytes.startIndex + 8..<start]).json([String: Member].self)
    } catch {
      throw FormatFault("the header", error.description)
    }
    var (metadata, entries): ([String: String], [String: Entry]) = ([:], [:])
    for (name, member) in header {
      switch member {
      case .metadata(let texts): metadata = texts
      case .tensor(let entry): entries[name] = entry
      }
    }
    (self.metadata, self.entries, self.bytes) = (metadata, entries, bytes)
    names = entries.keys.sorted(by: naturallyPrecedes)
  }

  /// The numbers of a tensor of floats.
  func floats(_ name: String) throws(FormatFault) -> [Float] {
    guard let entry = entries[name] else {
      throw FormatFault(quoted(name), "the file has no such tensor")
    }
    switch entry.dtype {
    case "F32": return try words(entry, name, UInt32.self).map { Float(bitPattern: $0) }
    case "F64": return try words(entry, name, UInt64.self).map { Float(Double(bitPattern: $0)) }
    default:
      throw FormatFault(quoted(name), "is of the type \(quoted(entry.dtype)); expected F32 or F64")
    }
  }

  /// The numbers of a tensor of integers; nothing where there is no such tensor.
  func integers(_ name: String) throws(FormatFault) -> [Int]? {
    guard let entry = entries[name] else { return nil }
    switch entry.dtype {
    case "I64": return try words(entry, name, UInt64.self).map { Int(Int64(bitPattern: $0)) }
    case "I32": return try words(entry, name, UInt32.self).map { Int(Int32(bitPattern: $0)) }
    case "I8": return try words(entry, name, UInt8.self).map { Int(Int8(bitPattern: $0)) }
    case "U8": return try words(entry, name, UInt8.self).map { Int($0) }
    default:
      throw FormatFault(quoted(name), "is of the type \(quoted(entry.dtype)); expected integers")
    }
  }

  private func words<Word: FixedWidthInteger & BitwiseCopyable>(
    _ entry: Entry, _ name: String, _ type: Word.Type
  ) throws(FormatFault) -> [Word] {
    let size = MemoryLayout<Word>.size
    guard let count = entry.shape.laneCount(.tensor).flatMap({ _ in entry.shape.reduce(1, *) }),
      entry.offsets.count == 2, entry.offsets[0] >= 0, entry.offsets[0] <= entry.offsets[1],
      entry.offsets[1] <= bytes.endIndex - start,
      entry.offsets[1] - entry.offsets[0] == count * size
    else {
      throw FormatFault(quoted(name), "its data_offsets \(entry.offsets) do not fit shape and file")
    }
    let first = start - bytes.startIndex + entry.offsets[0]
    return bytes.withUnsafeBytes { raw in
      (0..<count).map { index in
        Word(littleEndian: raw.loadUnaligned(fromByteOffset: first + index * size, as: Word.self))
      }
    }
  }
}

/// What the header of ``TorchParameters`` says of a tensor.
struct TorchEntry: Decodable {
  let name: String
  let kind: String?
  let lowest: Int
  let highest: Int
  let scheme: String
  let shape: [Int]?
  let axis: Int?
  let size: Int?

  private enum CodingKeys: String, CodingKey {
    case name, kind, shape, axis
    case lowest = "quant_min"
    case highest = "quant_max"
    case scheme = "qscheme"
    case size = "block_size"
  }

  /// The quantizers of the tensor.
  func draft(_ file: TorchFile, _ place: String, estimator: String) throws(FormatFault)
    -> RangeDraft
  {
    func fault(_ reason: String) -> FormatFault { FormatFault(place, reason) }
    let scales = try file.floats(name + ".scale")
    guard let zeroPoints = try file.integers(name + ".zero_point") else {
      throw fault("the file has no \(quoted(name + ".zero_point"))")
    }
    let scheme: QuantizationScheme = self.scheme.hasSuffix("_symmetric") ? .symmetric : .affine
    guard let grid = Self.grid(lowest, highest, scheme) else {
      throw fault("no \(scheme.rawValue) grid has the codes \(lowest) to \(highest)")
    }
    var draft = RangeDraft(
      place: place, name: name, grid: grid, scales: scales, zeroPoints: zeroPoints,
      estimator: estimator)
    draft.allowsMirrored = true
    if let kind {
      draft.kind = TensorRange.Kind(rawValue: kind)
      guard draft.kind != nil else { throw fault("the kind is \(quoted(kind))") }
    }
    draft.shape = shape
    switch (axis, size) {
    case (nil, nil): break
    case (let axis?, nil): draft.granularity = .channel(axis: axis)
    case (let axis?, let size?) where size > 0: draft.granularity = .group(size: size, axis: axis)
    default: throw fault("block_size without an axis, or not above 0")
    }
    return draft
  }

  /// The grid of a scheme with these codes.
  private static func grid(_ lowest: Int, _ highest: Int, _ scheme: QuantizationScheme) -> CodeGrid?
  {
    for family in GridFamily.families(of: scheme) {
      for bits in BitWidth.allowed {
        guard let width = BitWidth(bits) else { continue }
        let grid = CodeGrid(family, bits: width)
        if grid.minimumCode == lowest, grid.maximumCode == highest { return grid }
      }
    }
    return nil
  }
}
