internal import ArgumentParser

/// `rangelab ranges ...`: files of ranges.
struct RangesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ranges",
    abstract: "Files of ranges: to other tools, from other tools, and what they cost.",
    subcommands: [RangesScoreCommand.self])
}
