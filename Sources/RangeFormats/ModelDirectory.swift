internal import QuantizationCore
package import RangeFiles
internal import TensorIO

/// What a model says of its tensors, as far as formats need it: names, shapes, and which tensors an
/// operator reads.
package struct ModelDirectory: Sendable {
  /// A tensor of the model.
  package struct Entry: Hashable, Sendable {
    /// What it is.
    package let kind: TensorRange.Kind
    /// The length of each axis; empty for activations.
    package let shape: [Int]
    /// The axis of a weight along which the output channels lie.
    package let channelAxis: Int?
    /// The axis of a weight along which groups lie.
    package let groupAxis: Int?

    /// A tensor.
    package init(
      kind: TensorRange.Kind, shape: [Int] = [], channelAxis: Int? = nil, groupAxis: Int? = nil
    ) {
      (self.kind, self.shape) = (kind, shape)
      (self.channelAxis, self.groupAxis) = (channelAxis, groupAxis)
    }
  }

  /// An operator with a weight, for formats whose keys are operators.
  package struct Layer: Hashable, Sendable {
    /// The name of the operator.
    package let name: String
    /// The activation that it reads.
    package let input: String
    /// Its weight.
    package let weight: String
    /// Whether it is a convolution of 3 by 3 with stride 1.
    package let isSmallConvolution: Bool

    /// An operator.
    package init(name: String, input: String, weight: String, isSmallConvolution: Bool = false) {
      (self.name, self.input, self.weight) = (name, input, weight)
      self.isSmallConvolution = isSmallConvolution
    }
  }

  private struct Place {
    let place: Int
    let name: String
    let entry: Entry
  }

  /// The model itself.
  package let model: RangeSet.Model?
  /// The operators with weights.
  package let layers: [Layer]
  private let entries: [ExactName: Place]
  private let hint: @Sendable (String) -> String

  /// Lists tensors.
  ///
  /// - Parameters:
  ///   - tensors: The tensors in the order in which the model meets them; of two with the same name the
  ///     first counts.
  ///   - hint: What to say behind an unknown name, such as `; did you mean 'x'?`.
  package init(
    model: RangeSet.Model? = nil, tensors: [(name: String, entry: Entry)], layers: [Layer] = [],
    hint: @escaping @Sendable (String) -> String = { _ in "" }
  ) {
    (self.model, self.layers, self.hint) = (model, layers, hint)
    entries = Dictionary(
      tensors.enumerated().map {
        (ExactName($1.name), Place(place: $0, name: $1.name, entry: $1.entry))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// The tensors of ranges that are there.
  package init(_ ranges: RangeSet, layers: [Layer] = []) {
    self.init(
      model: ranges.model,
      tensors: ranges.tensors.map {
        let isGroup = $0.granularity.groupSize != nil
        return (
          $0.name,
          Entry(
            kind: $0.kind, shape: $0.shape, channelAxis: isGroup ? nil : $0.axis,
            groupAxis: isGroup ? $0.axis : nil)
        )
      }, layers: layers)
  }

  /// What is known of a tensor; nothing where the model has none of that name.
  package func entry(_ name: String) -> Entry? { entries[ExactName(name)]?.entry }

  /// The place of a tensor among all of the model; nothing where it has none of that name.
  package func place(_ name: String) -> Int? { entries[ExactName(name)]?.place }

  /// The same tensors under the names of another tool.
  func renamed(_ names: TensorAliases) -> ModelDirectory {
    ModelDirectory(
      model: model,
      tensors: entries.values.sorted { $0.place < $1.place }.map {
        (names.theirs($0.name), $0.entry)
      },
      layers: layers, hint: hint)
  }

  /// The fault of a name that the model does not have.
  package func unknown(_ name: String) -> FormatFault {
    FormatFault("the model has no tensor \(quoted(name))\(hint(name))")
  }
}
