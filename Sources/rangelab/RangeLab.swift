internal import LabCommands
internal import RangeEstimation

@main
enum RangeLab {
  static func main() { RangeLabCommand.main(registry: .builtIn) }
}
