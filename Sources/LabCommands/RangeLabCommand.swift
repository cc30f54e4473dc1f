public import ArgumentParser
internal import QuantizationCore

/// The command line: `rangelab VERB ...`.
public struct RangeLabCommand: ParsableCommand {
  /// Names, help and verbs.
  public static let configuration = CommandConfiguration(
    commandName: "rangelab",
    abstract: "Which range should this tensor be quantized to?",
    discussion: """
      Results go to standard output, messages go to standard error.

      EXAMPLES
        rangelab inspect weights.npy
        rangelab estimate weights.npy -e minmax mse -b 4 8
        rangelab quantize weights.npy -e mse -b 8 -o codes.npy --params codes.json
        rangelab model quantize model.onnx --data calibration.npz -o quantized.onnx
        rangelab run experiments/quickstart.yaml
        rangelab compare results/quickstart
        rangelab report results/quickstart -o report
        rangelab check results/quickstart --baseline results/baselines/quickstart.csv

      EXIT CODES
        0 done; 1 internal error; 2 regression found; 3 some tensors or cells failed, the rest is
        written;
        5 baseline missing or not comparable; 64 usage; 65 bad manifest or input data;
        66 input file missing; 74 standard output cannot be written;
        75 incomplete: run again to resume.
      """,
    version: ToolVersion.current,
    subcommands: [
      RunCommand.self, AssembleCommand.self, SubmitCommand.self, StatusCommand.self,
      CancelCommand.self, PlanCommand.self, EstimateCommand.self, QuantizeCommand.self,
      InspectCommand.self, ListCommand.self, ValidateCommand.self, CompareCommand.self,
      ModelCommand.self, RangesCommand.self, ReportCommand.self, CheckCommand.self,
      BaselineCommand.self,
      NotebookCommand.self,
      BenchCommand.self,
    ])

  /// Creates the command; the parser fills it in.
  public init() {}
}
