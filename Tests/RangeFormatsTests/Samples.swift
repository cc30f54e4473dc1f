import _TestSupport
import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import Testing

/// Ranges of every kind for the laws, and files of them.
enum Samples {
  /// A tensor of a kind, lanes and grid, with scales of many magnitudes and any zero points.
  ///
  /// The shape is 4 by 6; channels lie along axis 0, groups of 3 along axis 1.
  static func range(
    _ name: String, _ kind: TensorRange.Kind, _ lanes: FormatAbility.Lanes, _ grid: CodeGrid,
    _ random: inout SplitMix
  ) -> TensorRange {
    let granularity: Granularity =
      switch lanes {
      case .tensor: .tensor
      case .channel: .channel(axis: 0)
      case .group, .block: .group(size: 3, axis: 1)
      }
    let count = lanes == .tensor ? 1 : lanes == .channel ? 4 : 8
    let scales = (0..<count).map { _ in
      Float.random(in: 1..<2, using: &random)
        * Float(sign: .plus, exponent: Int.random(in: -40...20, using: &random), significand: 1)
    }
    let isAffine = grid.family.scheme == .affine
    return TensorRange(
      name: name, kind: kind, shape: [4, 6], granularity: granularity, grid: grid,
      estimator: "mse", scales: scales,
      zeroPoints: (0..<count).map { _ in isAffine ? Int.random(in: grid.codes, using: &random) : 0 }
    )
  }

  /// Tensors of all kinds, lanes and grids of a width, with names that every format takes.
  static func all(bits: BitWidth, _ random: inout SplitMix) -> [TensorRange] {
    var ranges: [TensorRange] = []
    for kind in [TensorRange.Kind.weight, .activation] {
      for lanes in [FormatAbility.Lanes.tensor, .channel, .group] {
        for family in GridFamily.integers {
          let name = "layer\(ranges.count)" + (kind == .weight ? "_param_0" : "")
          ranges.append(range(name, kind, lanes, CodeGrid(family, bits: bits), &random))
        }
      }
    }
    return ranges
  }

  /// Every codec of ranges alone, with every version of its format; those of codes have laws of their own.
  static let forms: [Form] = RangeFormatRegistry.all.filter {
    !$0.ability.holdsCodes && !$0.isModel
  }.flatMap { codec in
    codec.ability.versions.isEmpty
      ? [Form(codec: codec, version: nil)]
      : codec.ability.versions.map { Form(codec: codec, version: $0) }
  }

  /// A file of each format: tensors of one width, 8 bits.
  ///
  /// - Parameter limit: The most tensors of a kind and lanes; small files are damaged and read in less time.
  static func file(
    _ form: Form, seed: UInt64, limit: Int = .max
  ) throws -> (bytes: [UInt8], context: FormatContext) {
    var random = SplitMix(seed: seed)
    var counts: [String: Int] = [:]
    let ranges = all(bits: .eight, &random).filter { range in
      guard
        form.codec.refusal(of: range, form.context(RangeSet(model: nil, tensors: [range]))) == nil
      else { return false }
      counts["\(range.kind) \(range.granularity)", default: 0] += 1
      return counts["\(range.kind) \(range.granularity)", default: 0] <= limit
    }
    let set = RangeSet(model: nil, tensors: ranges)
    let context = form.context(set)
    let files = try RangeExport(form.codec, context).write(set, dropping: false).files
    return (Array(files[0].data), context)
  }
}

/// A format in one of its versions.
struct Form: CustomTestStringConvertible, Sendable {
  let codec: any RangeCodec
  let version: String?

  var testDescription: String { codec.name + (version.map { " \($0)" } ?? "") }

  /// What the codec may look at: the names and shapes of a set.
  func context(_ set: RangeSet) -> FormatContext {
    FormatContext(options: FormatOptions(version: version), model: ModelDirectory(set))
  }
}
