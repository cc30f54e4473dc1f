package import RangeFiles

/// How ranges are written to the file of one runtime, and read from it.
///
/// A codec is a file under `Codecs` and one line in ``RangeFormatRegistry/all``. It says in its
/// ``ability`` what the format can express; nothing else reaches ``encode(_:_:)``, so a codec need not
/// check that again. ``RangeExport`` and ``RangeImport`` do what is the same for all formats.
package protocol RangeCodec: Sendable {
  /// The name on command lines, such as `tensorrt-cache`.
  var name: String { get }
  /// What reads or writes such files, in one line.
  var summary: String { get }
  /// What the format can express.
  var ability: FormatAbility { get }
  /// Whether the file is a model itself: ranges are written into a float model, ``FormatContext/network``,
  /// and the grid of a weight is read from the codes that it has.
  var isModel: Bool { get }
  /// The options of command lines that mean something to this format.
  var options: Set<FormatOption> { get }

  /// Why a tensor that the ability allows still cannot be written, in a few words; nothing otherwise.
  func fault(of range: TensorRange, _ context: FormatContext) -> String?

  /// What reading gives back for a tensor that was written: the same reals, on the codes that the
  /// runtime uses.
  func held(_ range: TensorRange, _ context: FormatContext) -> TensorRange

  /// What a reader has to be told that the file does not say.
  func optionsToRead(_ ranges: RangeSet, _ options: FormatOptions) -> FormatOptions

  /// Writes ranges.
  ///
  /// - Parameter ranges: Tensors without a fault; no name occurs twice among the tensors of a kind.
  /// - Throws: ``FormatFault`` where tensors exclude each other.
  func encode(_ ranges: RangeSet, _ context: FormatContext) throws(FormatFault) -> FormatOutput

  /// Reads ranges.
  ///
  /// The bytes may be anything: every fault of theirs is thrown with its place.
  ///
  /// - Throws: ``FormatFault``.
  /// - Complexity: O(bytes).
  func decode(_ input: FormatInput, _ context: FormatContext) throws(FormatFault) -> FormatReading
}

extension RangeCodec {
  /// No.
  package var isModel: Bool { false }

  /// None.
  package var options: Set<FormatOption> { [] }

  /// None beyond the ability.
  package func fault(of range: TensorRange, _ context: FormatContext) -> String? { nil }

  /// As the ability says.
  package func held(_ range: TensorRange, _ context: FormatContext) -> TensorRange {
    ability.held(range)
  }

  /// Nothing else than was asked for.
  package func optionsToRead(_ ranges: RangeSet, _ options: FormatOptions) -> FormatOptions {
    options
  }

  /// Why a tensor cannot be written, by the ability or by the codec; nothing where it can.
  package func refusal(of range: TensorRange, _ context: FormatContext) -> String? {
    ability.fault(of: range) ?? fault(of: range, context)
  }
}
