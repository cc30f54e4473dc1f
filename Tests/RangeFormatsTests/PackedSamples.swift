import _TestSupport
import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import Testing
import TensorIO

/// Weights in memory.
struct MemoryWeights: WeightSource {
  let tensors: [String: (shape: [Int], values: [Float])]

  func values(of name: String) throws(FormatFault) -> (shape: [Int], values: [Float])? {
    tensors[name]
  }
}

/// A format that holds codes, in one of its versions.
struct PackedForm: CustomTestStringConvertible, Sendable {
  let codec: any RangeCodec
  let version: String?

  var testDescription: String { codec.name + (version.map { " \($0)" } ?? "") }

  /// Every such format with every version.
  static let all: [PackedForm] = RangeFormatRegistry.all.filter(\.ability.holdsCodes).flatMap {
    codec in
    codec.ability.versions.isEmpty
      ? [PackedForm(codec: codec, version: nil)]
      : codec.ability.versions.map { PackedForm(codec: codec, version: $0) }
  }

  func context(
    _ weights: [String: (shape: [Int], values: [Float])], model: ModelDirectory? = nil
  ) -> FormatContext {
    FormatContext(
      options: FormatOptions(version: version), model: model,
      weights: MemoryWeights(tensors: weights))
  }
}

/// Ranges and weights of every kind that a format of codes may have.
enum PackedSamples {
  /// A weight of a name, and ranges that fit it more or less; scales are halves only by chance.
  static func range(
    _ name: String, shape: [Int], _ granularity: Granularity, _ grid: CodeGrid,
    zeroPoints codes: ClosedRange<Int>? = nil, _ random: inout SplitMix
  ) throws -> (range: TensorRange, values: [Float]) {
    let lanes = try #require(LanePartition(shape: shape, granularity: granularity))
    let count = shape.reduce(1, *)
    let values = (0..<count).map { _ in
      Float.random(in: -1...1, using: &random) * Float.random(in: 0...4, using: &random)
    }
    let isAffine = grid.family.scheme == .affine
    let range = TensorRange(
      name: name, kind: .weight, shape: shape, granularity: granularity, grid: grid,
      estimator: "mse",
      scales: (0..<lanes.count).map { _ in
        Float.random(in: 3...5, using: &random) / Float(grid.bits.levels / 2)
      },
      zeroPoints: (0..<lanes.count).map { _ in
        isAffine ? Int.random(in: codes ?? grid.codes, using: &random) : 0
      })
    return (range, values)
  }

  /// What stands in a file for each value of a tensor: the reals of its codes, with the scales of the file.
  static func reals(_ range: TensorRange, scales: [Float], _ values: [Float]) throws -> [Float] {
    let lanes = try #require(LanePartition(shape: range.shape, granularity: range.granularity))
    var reals = values
    for index in 0..<lanes.count {
      let lane = lanes[index]
      let (scale, zeroPoint) = (scales[index], Float(range.zeroPoints[index]))
      lane.forEachRun { start in
        for place in start..<start + lane.runLength {
          let code = (values[place] / scale).rounded(.toNearestOrEven) + zeroPoint
          let kept = min(max(code, Float(range.grid.minimumCode)), Float(range.grid.maximumCode))
          reals[place] = (kept - zeroPoint) * scale
        }
      }
    }
    return reals
  }

  /// The file of a name below `Golden`.
  static func golden(_ name: String) throws -> Data { try Data(contentsOf: url(name)) }

  /// The path of a file below `Golden`.
  static func url(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
  }

  /// A golden file with those in its folder.
  static func goldenInput(_ name: String) throws -> FormatInput {
    let path = url(name).path
    return FormatInput(try golden(name)) { suffix in
      try? Data(contentsOf: URL(filePath: FormatFile.path(suffix, beside: path)))
    }
  }

  /// Files that were written, as an import finds them.
  static func input(_ files: [FormatFile]) -> FormatInput {
    FormatInput(files[0].data) { suffix in files.first { $0.suffix == suffix }?.data }
  }
}

extension Array where Element == UInt8 {
  /// The bytes of a number, lowest first.
  static func of<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * Number($0))) }
  }

  /// The length of a text in 8 bytes, and the text.
  static func of(_ text: String) -> [UInt8] { of(UInt64(text.utf8.count)) + Array(text.utf8) }

  /// Bytes one after the other.
  static func joined(_ parts: [UInt8]...) -> [UInt8] { parts.flatMap(\.self) }
}
