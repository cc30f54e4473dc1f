internal import QuantizationCore
package import RangeFiles
internal import TensorIO

/// The table of ncnn's `ncnn2int8`.
///
/// ```
/// conv3_param_0 55.239944 7.254921 1.952355
/// conv3 14.685658
/// ```
/// Keys are layers: `LAYER_param_0` has the weight scales of the output channels, `LAYER` the scale of its input.
/// A scale of ncnn is a number of codes for each unit, the reciprocal of ours, and codes are narrow. A convolution
/// of 3 by 3 with stride 1 runs as Winograd's, for which its codes have 6 bits.
///
/// With a model, names of tensors become names of the operators that read them; without one they are keys.
package struct NCNNTable: RangeCodec {
  package let name = "ncnn"
  package let summary = "the table of ncnn2int8: scales of layers and of their inputs"
  package let ability = FormatAbility(
    weights: .init(
      lanes: [.tensor, .channel], grids: .some([.symmetricNarrow: .symmetricNarrow]), bits: [6, 8]),
    activations: .init(
      lanes: [.tensor], grids: .some([.symmetricNarrow: .symmetricNarrow]), bits: [8]),
    scales: .within(units: 1))

  private static let mark = "_param_"

  package init() {}

  package func fault(of range: TensorRange, _ context: FormatContext) -> String? {
    guard range.scales.allSatisfy({ (1 / $0).isUsableScale }) else {
      return "the reciprocal of a scale is not a normal Float32"
    }
    guard let layers = context.model?.layers, !layers.isEmpty else {
      return Self.keyFault(range.name) ?? Self.markFault(range)
    }
    let readers = layers.filter {
      range.kind == .weight ? $0.weight == range.name : $0.input == range.name
    }
    if readers.isEmpty { return "no operator with a weight reads it" }
    if let fault = readers.lazy.compactMap({ Self.keyFault($0.name) }).first { return fault }
    return range.kind == .weight && range.grid.bits.count == 8
      && readers.contains(where: \.isSmallConvolution)
      ? "ncnn runs a convolution of 3 by 3 with stride 1 as Winograd's, with codes of 6 bits, not 8"
      : nil
  }

  private static func keyFault(_ key: String) -> String? {
    guard !key.isEmpty else { return "the operator has no name" }
    if key.utf8.contains(where: { $0 <= 0x20 }) { return "its key has a space" }
    return key.utf8.count > 240 ? "its key has more than 240 bytes" : nil
  }

  private static func markFault(_ range: TensorRange) -> String? {
    switch (range.kind, range.name.contains(mark)) {
    case (.weight, false): "its name is no key of a weight, LAYER_param_0; give the --model"
    case (.activation, true): "its name is the key of a weight"
    default: nil
    }
  }

  /// Codes of 6 bits lie in 8.
  package func held(_ range: TensorRange, _ context: FormatContext) -> TensorRange {
    range.with(grid: CodeGrid(.symmetricNarrow, bits: .eight))
  }

  package func encode(
    _ ranges: RangeSet, _ context: FormatContext
  ) throws(FormatFault) -> FormatOutput {
    var lines = (weights: "", inputs: "")
    for range in ranges.tensors {
      let values = range.scales.map { "\(Self.reciprocal(of: $0)) " }.joined()
      for key in keys(of: range, context) {
        if range.kind == .weight {
          lines.weights += "\(key) \(values)\n"
        } else {
          lines.inputs += "\(key) \(values)\n"
        }
      }
    }
    let small = ranges.tensors.count {
      context.model == nil && $0.kind == .weight && $0.grid.bits.count == 8
        && $0.shape.suffix(2) == [3, 3]
    }
    let note =
      "\(counted(small, "weight")) of 3 by 3 with 8 bits: where the stride is 1, ncnn wants codes of 6 bits"
    return FormatOutput(text: lines.weights + lines.inputs, notes: small > 0 ? [note] : [])
  }

  private func keys(of range: TensorRange, _ context: FormatContext) -> [String] {
    guard let layers = context.model?.layers, !layers.isEmpty else { return [range.name] }
    return range.kind == .weight
      ? layers.filter { $0.weight == range.name }.map { $0.name + Self.mark + "0" }
      : layers.filter { $0.input == range.name }.map(\.name)
  }

  /// The Float32 whose reciprocal is the scale again, or the nearest one.
  private static func reciprocal(of scale: Float) -> Float {
    let nearest = Float(1 / Double(scale))
    let around = [nearest, nearest.nextUp, nearest.nextDown]
    return around.first { Float(1 / Double($0)) == scale } ?? nearest
  }

  package func decode(
    _ input: FormatInput, _ context: FormatContext
  ) throws(FormatFault) -> FormatReading {
    let keys = NCNNKeys(context.model?.layers ?? [], mark: Self.mark)
    let grid = CodeGrid(.symmetricNarrow, bits: .eight)
    var reading = FormatReading([])
    var places: [ExactName: Int] = [:]
    for (index, line) in try input.text().split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated()
    {
      // ncnn reads no further than an empty line.
      if line.isEmpty { break }
      let words = line.split(separator: " ")
      guard let key = words.first.map(String.init), words.count > 1 else {
        throw FormatFault("line \(index + 1)", "expected a key and its scales")
      }
      let place = "line \(index + 1), \(quoted(key))"
      var scales: [Float] = []
      for word in words.dropFirst() {
        guard let value = decimalNumber(String(word)), value > 0 else {
          throw FormatFault(place, "\(quoted(String(word))); expected a number above zero")
        }
        scales.append(Float(1 / Double(Float(value))))
      }
      let isWeight = key.contains(Self.mark)
      let name = keys.tensor(key)
      var draft = RangeDraft(
        place: place, name: name, kind: isWeight ? .weight : .activation, grid: grid,
        scales: scales,
        zeroPoints: scales.map { _ in 0 }, estimator: self.name)
      if isWeight, scales.count > 1 {
        draft.granularity = .channel(axis: context.model?.entry(name)?.channelAxis ?? 0)
      }
      let range = try draft.range(context)
      // Layers that read the same tensor have a line each.
      guard keys.isKnown(key), let before = places[ExactName(name)] else {
        places[ExactName(name)] = reading.tensors.count
        reading.tensors.append(range)
        continue
      }
      guard reading.tensors[before].scales == range.scales else {
        throw FormatFault(
          place, "another scale than that of an operator that reads the same tensor \(quoted(name))"
        )
      }
    }
    return reading
  }
}

/// The tensors that keys of a table stand for.
private struct NCNNKeys {
  private let inputs: [ExactName: String]
  private let weights: [ExactName: String]
  private let mark: String

  init(_ layers: [ModelDirectory.Layer], mark: String) {
    inputs = Dictionary(layers.map { (ExactName($0.name), $0.input) }) { first, _ in first }
    weights = Dictionary(layers.map { (ExactName($0.name + mark + "0"), $0.weight) }) { first, _ in
      first
    }
    self.mark = mark
  }

  /// The tensor of a key; the key itself where no operator of the model has it.
  func tensor(_ key: String) -> String {
    (key.contains(mark) ? weights : inputs)[ExactName(key)] ?? key
  }

  func isKnown(_ key: String) -> Bool {
    (key.contains(mark) ? weights : inputs)[ExactName(key)] != nil
  }
}
