internal import ArgumentParser
internal import Foundation
internal import RangeFiles
internal import RangeFormats
internal import TensorIO

/// `rangelab ranges import`: reads the ranges of another tool.
struct RangesImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Read ranges from the file of another tool.",
    discussion: """
      With --model every name must be one of its tensors, shapes and axes are the model's, and the ranges \
      come in its order. A file that is wrong in one place is an error, and nothing is written. Ranges whose \
      zero lies between two codes are read for 'ranges score', and for nothing else.

      EXAMPLE
        rangelab ranges import model.encodings --from aimet --model model.onnx -o ranges.json
      """)

  @Argument(help: "The file of the other tool.") var file: String
  @Option(help: ArgumentHelp("The format; see 'list formats'.", valueName: "format"))
  var from: String
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Where the ranges go (.json).", valueName: "file"))
  var output: String
  @OptionGroup var format: RangeFormatOptions

  /// Far more than any table of ranges has.
  private static let maximumBytes = 1 << 31

  mutating func run() throws {
    try reportingFailure {
      let codec = try RangeFormatOptions.codec(from, for: "--from")
      var outputs = OutputGuard(inputs: [file] + format.inputs)
      try outputs.claim(output, for: "--output")
      let context = try format.context(for: codec).context
      let bytes = Data(try readRegularFile(file, limit: Self.maximumBytes))
      let names = try format.tensorNames()
      let path = file
      let input = FormatInput(bytes) { suffix in
        (try? readRegularFile(
          FormatFile.path(suffix, beside: path), limit: Self.maximumBytes)).map { Data($0) }
      }
      let read: (ranges: RangeSet, notes: [String])
      do throws(FormatFault) {
        read = try RangeImport(codec, context, names: names).read(input)
      } catch {
        throw LabFailure("error: \(file): \(error)", .badInput)
      }
      try writeAtomically(Array(try read.ranges.json()), to: output)
      for note in read.notes { StandardError.say("note: \(note)") }
    }
  }
}
