internal import ArgumentParser
internal import Foundation
internal import RangeFiles
internal import RangeFormats
internal import TensorIO

/// `rangelab ranges convert`: writes ranges for a runtime.
struct RangesConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write ranges in the format of a runtime.",
    discussion: """
      Tensors that the format cannot express are an error that names them and says why; --drop leaves \
      them out. What was written is read back and compared, and where the runtime uses other codes a \
      note says so.

      EXAMPLES
        rangelab ranges convert ranges.json --to csv -o ranges.csv
        rangelab ranges convert ranges.json --to tensorrt-cache --drop -o calibration.cache
      """)

  @Argument(help: "The ranges (.json), as 'model calibrate' writes them.") var ranges: String
  @Option(help: ArgumentHelp("The format; see 'list formats'.", valueName: "format")) var to: String
  @Option(name: .shortAndLong, help: ArgumentHelp("Where they go.", valueName: "file"))
  var output: String
  @Flag(help: "Leave out what the format cannot express.") var drop = false
  @Option(
    help: ArgumentHelp("The first line of a TensorRT calibration cache.", valueName: "line"))
  var trtHeader: String?
  @OptionGroup var format: RangeFormatOptions

  mutating func run() throws {
    try reportingFailure {
      let codec = try RangeFormatOptions.codec(to, for: "--to")
      var outputs = OutputGuard(inputs: [ranges] + format.inputs)
      try outputs.claim(output, for: "--output")
      let context = try format.context(for: codec, header: trtHeader)
      let set = try RangeSet(file: ranges)
      let names = try format.tensorNames()
      let result: RangeExport.Result
      do throws(FormatFault) {
        result = try RangeExport(codec, context, names: names).write(set, dropping: drop)
      } catch {
        throw LabFailure("error: \(ranges): \(error)", .badInput)
      }
      for file in result.files.dropFirst() {
        try outputs.claim(output + file.suffix, for: "--output")
      }
      for file in result.files { try writeAtomically(Array(file.data), to: output + file.suffix) }
      for line in RefusedTensor.lines(result.dropped) { StandardError.say("left out: \(line)") }
      for note in result.notes { StandardError.say("note: \(note)") }
    }
  }
}
