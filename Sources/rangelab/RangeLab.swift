internal import LabCommands

@main
enum RangeLab {
  static func main() { RangeLabCommand.runAndExit() }
}
