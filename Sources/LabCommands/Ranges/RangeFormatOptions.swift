internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import QuantizationCore
internal import RangeFiles
internal import RangeFormats
internal import ResultRecords
internal import TensorIO

/// The options that both directions share.
struct RangeFormatOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The model: its names, shapes and axes, which some formats do not say.", valueName: "file"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "A table 'name,format_name' of tensors that the other tool calls otherwise.",
      valueName: "file.csv"))
  var names: String?

  @Option(
    help: ArgumentHelp(
      "The version of the format; 'list formats' has them.", valueName: "version")
  )
  var formatVersion: String?

  @Option(
    help: ArgumentHelp(
      "The codes of activations where the file does not say them, such as uint8-affine.",
      valueName: "codes"))
  var codes: String?

  /// The format of a name.
  ///
  /// - Throws: A usage failure, with the nearest name.
  static func codec(_ name: String, for option: String) throws -> any RangeCodec {
    if let codec = RangeFormatRegistry.codec(name) { return codec }
    let known = RangeFormatRegistry.all.map(\.name)
    throw LabFailure.usage(
      "\(option): no format \(quoted(name))\(didYouMean(name, among: known)); expected "
        + known.joined(separator: ", "))
  }

  /// What a codec may look at.
  ///
  /// - Parameter codec: The codec, which must know the options that are given.
  /// - Returns: The context, and the model where there is one.
  func context(
    for codec: any RangeCodec, header: String? = nil
  ) throws -> (context: FormatContext, float: FloatModel?) {
    var options = FormatOptions(version: formatVersion, header: header)
    if let codes {
      guard let grid = CodeGrid(codes) else {
        throw LabFailure.usage("--codes: \(quoted(codes)); expected \(CodeGrid.expectation)")
      }
      options.codes = grid
    }
    do throws(FormatFault) { try codec.check(options) } catch { throw LabFailure.usage("\(error)") }
    guard let model else { return (FormatContext(options: options), nil) }
    let float = try FloatModel(model)
    let directory = try ModelDirectory(onnx: model, float.network)
    return (
      FormatContext(options: options, model: directory, network: codec.isModel ? float : nil), float
    )
  }

  /// The table of names.
  func tensorNames() throws -> TensorAliases {
    guard let names else { return TensorAliases() }
    let text = try readRegularTextFile(names, limit: 1 << 28)
    do throws(FormatFault) { return try TensorAliases(csv: text) } catch {
      throw LabFailure("error: \(names): \(error)", .badInput)
    }
  }

  /// The files that are read beside the first.
  var inputs: [String] { [model, names].compactMap { $0 } }
}

extension RangeSet {
  /// Reads RANGES.json.
  ///
  /// - Parameter allowsUnaligned: Whether ranges without a zero point are read; else they are a fault.
  init(file path: String, allowsUnaligned: Bool = false) throws {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw LabFailure("error: \(path): cannot be read", .missingInput)
    }
    do throws(JSONFault) {
      try self.init(
        json: String(decoding: bytes, as: UTF8.self), allowsUnaligned: allowsUnaligned)
    } catch {
      throw LabFailure("error: \(path): \(error)", .badInput)
    }
  }
}
