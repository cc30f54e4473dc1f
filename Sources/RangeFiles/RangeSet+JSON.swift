package import Foundation
internal import QuantizationCore
package import ResultRecords

/// `RANGES.json`: numbers read back to the same bits.
///
/// ```json
/// {"format": "rangelab-ranges", "version": 1, "model": {"name": ..., "sha256": ...},
///  "tensors": [{"name": ..., "kind": "weight", "shape": [...], "axis": 0, "bits": 8, "scheme": "symmetric",
///               "grid": "narrow", "estimator": "mse", "scale": [...], "zero_point": [...], "mse": ...,
///               "regret": ...}]}
/// ```
///
/// `axis` stands where there is more than one lane: the axis of the channels, or with `block` the axis
/// along which so many neighbors share a range. `shape` is empty for activations, and for weights of other
/// tools that do not say it. An ``UnalignedRange`` has the grid `unaligned`, and `low` in place of
/// `zero_point`.
extension RangeSet {
  /// Reads a file.
  ///
  /// - Parameter allowsUnaligned: Whether ranges without a zero point are read; else they are a fault.
  /// - Throws: ``JSONFault``, which says where and what.
  ///
  /// Complexity: O(bytes).
  package init(json: String, allowsUnaligned: Bool = false) throws(JSONFault) {
    let document = try JSONText.value(Document.self, from: json)
    guard document.format == Document.format, document.version == 1 else {
      throw JSONFault(
        description: "the format is '\(document.format)', version \(document.version); expected "
          + "'\(Document.format)', version 1")
    }
    var (tensors, unaligned): ([TensorRange], [UnalignedRange]) = ([], [])
    for (index, entry) in document.tensors.enumerated() {
      guard entry.grid == Entry.unaligned else {
        tensors.append(try entry.range(index))
        continue
      }
      guard allowsUnaligned else {
        throw entry.fault(
          index, "zero lies between two codes; such ranges can be scored, and nothing else")
      }
      unaligned.append(try entry.unalignedRange(index))
    }
    self.init(
      model: document.model.map { Model(name: $0.name, sha256: $0.sha256) }, tensors: tensors,
      unaligned: unaligned)
  }

  /// The text of the file.
  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(Document(self)) + Data("\n".utf8)
  }
}

/// The file as JSON has it.
private struct Document: Codable {
  static let format = "rangelab-ranges"

  struct Model: Codable {
    let name: String
    let sha256: String
  }

  let format: String
  let version: Int
  let model: Model?
  let tensors: [Entry]

  init(_ ranges: RangeSet) {
    (format, version) = (Self.format, 1)
    model = ranges.model.map { Model(name: $0.name, sha256: $0.sha256) }
    tensors = ranges.tensors.map { Entry($0) } + ranges.unaligned.map(Entry.init)
  }
}

/// A tensor as JSON has it.
private struct Entry: Codable {
  let name: String
  let kind: String
  let shape: [Int]
  let axis: Int?
  let block: Int?
  let bits: Int
  let scheme: String
  let grid: String
  let estimator: String
  let scale: [Float]
  let zeroPoint: [Int]?
  let low: [Float]?
  let mse: Double?
  let regret: Double?

  enum CodingKeys: String, CodingKey {
    case name, kind, shape, axis, block, bits, scheme, grid, estimator, scale, low, mse, regret
    case zeroPoint = "zero_point"
  }

  init(_ range: TensorRange) {
    (name, kind, shape) = (range.name, range.kind.rawValue, range.shape)
    (axis, block) = (range.granularity.onlyAxis, range.granularity.groupSize)
    bits = range.grid.bits.count
    (scheme, grid) = (range.grid.family.scheme.rawValue, range.grid.family.gridName)
    (estimator, scale, zeroPoint, low) = (range.estimator, range.scales, range.zeroPoints, nil)
    mse = range.meanSquaredError.flatMap { $0.isFinite ? $0 : nil }
    regret = range.regret.flatMap { $0.isFinite ? $0 : nil }
  }

  /// The grid of ranges without a zero point.
  static let unaligned = "unaligned"

  init(_ range: UnalignedRange) {
    let steps = range.steps
    (name, kind, shape) = (steps.name, steps.kind.rawValue, steps.shape)
    (axis, block) = (steps.granularity.onlyAxis, steps.granularity.groupSize)
    (bits, scheme, grid) = (
      steps.grid.bits.count, QuantizationScheme.affine.rawValue, Self.unaligned
    )
    (estimator, scale, zeroPoint, low) = (steps.estimator, steps.scales, nil, range.lows)
    (mse, regret) = (nil, nil)
  }

  func fault(_ index: Int, _ reason: String) -> JSONFault {
    JSONFault(description: "tensors[\(index)] '\(name)': \(reason)")
  }

  func unalignedRange(_ index: Int) throws(JSONFault) -> UnalignedRange {
    guard let low, low.count == scale.count, low.allSatisfy(\.isFinite) else {
      throw fault(index, "\(scale.count) scales and \(low?.count ?? 0) finite low ends")
    }
    return UnalignedRange(
      steps: try range(index, on: .symmetricUnsigned, scale.map { _ in 0 }), lows: low)
  }

  func range(_ index: Int) throws(JSONFault) -> TensorRange {
    guard let scheme = QuantizationScheme(rawValue: scheme),
      let family = GridFamily(scheme: scheme, gridName: grid)
    else { throw fault(index, "no grid '\(grid)' of the scheme '\(self.scheme)'") }
    guard let zeroPoint else { throw fault(index, "no 'zero_point'") }
    return try range(index, on: family, zeroPoint)
  }

  private func range(
    _ index: Int, on family: GridFamily, _ zeroPoint: [Int]
  ) throws(JSONFault) -> TensorRange {
    func fault(_ reason: String) -> JSONFault { self.fault(index, reason) }
    guard let kind = TensorRange.Kind(rawValue: kind) else {
      throw fault("the kind is '\(kind)'; expected weight, activation or bias")
    }
    guard let width = BitWidth(bits) else { throw fault("\(bits) bits; expected 2 to 16") }
    let codes = CodeGrid(family, bits: width)
    guard scale.count == zeroPoint.count, !scale.isEmpty else {
      throw fault("\(scale.count) scales and \(zeroPoint.count) zero points")
    }
    guard scale.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw fault("a scale is not above zero")
    }
    guard zeroPoint.allSatisfy({ codes.codes.contains($0) }) || family.table != nil else {
      throw fault("a zero point is outside the codes \(codes.codes)")
    }
    let (count, isTooLarge) = shape.reduce((1, false)) { product, extent in
      // Distances in memory are products of the other lengths, even where one is 0.
      let next = product.0.multipliedReportingOverflow(by: max(extent, 1))
      return (next.partialValue, product.1 || next.overflow || extent < 0)
    }
    guard !isTooLarge, count < 1 << 56 else { throw fault("the shape is \(shape)") }
    let granularity: Granularity =
      switch (axis, block) {
      case (let axis?, let size?) where size > 0: .group(size: size, axis: axis)
      case (let axis?, nil): .channel(axis: axis)
      case (nil, nil): .tensor
      default: throw fault("a block needs an axis and at least one value")
      }
    // Without a shape, as from a tool that does not say it, there may be any number of lanes.
    let lanes =
      shape.isEmpty
      ? scale.count : LanePartition(shape: shape, granularity: granularity)?.count
    guard granularity == .tensor ? scale.count == 1 : lanes == scale.count else {
      throw fault(
        "\(scale.count) scales; expected \(lanes.map(String.init) ?? "none") for the shape "
          + "\(shape) and \(granularity)")
    }
    return TensorRange(
      name: name, kind: kind, shape: shape, granularity: granularity, grid: codes,
      estimator: estimator, scales: scale, zeroPoints: zeroPoint, meanSquaredError: mse,
      regret: regret)
  }
}
