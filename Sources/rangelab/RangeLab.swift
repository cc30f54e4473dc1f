internal import ArgumentParser
internal import LabCommands

@main
enum RangeLab {
  static func main() { RangeLabCommand.main() }
}
