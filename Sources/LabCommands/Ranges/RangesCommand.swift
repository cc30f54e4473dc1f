internal import ArgumentParser

/// `rangelab ranges ...`: ranges in the files of other tools.
struct RangesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ranges",
    abstract: "Ranges: out to every runtime, in from every tool.",
    discussion: """
      RANGES.json is what 'model calibrate' writes. 'rangelab list formats' has the formats and what \
      each can express.

      EXAMPLES
        rangelab ranges convert ranges.json --to qnn --drop -o overrides.json
        rangelab ranges import calibration.cache --from tensorrt-cache --model model.onnx -o ranges.json
        rangelab ranges score theirs.json ours.json --model model.onnx --data calibration.npz
      """,
    subcommands: [
      RangesConvertCommand.self, RangesImportCommand.self, RangesScoreCommand.self,
    ])
}
