internal import ArgumentParser

/// `rangelab model ...`: networks.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Networks: ranges for every tensor of an ONNX model, and what they cost it.",
    discussion: """
      EXAMPLES
        rangelab model inspect model.onnx
        rangelab model quantize model.onnx --data calibration.npz -o quantized.onnx
        rangelab model evaluate model.onnx quantized.onnx --data test.npz
        rangelab model train --from-scratch network.yaml --data train.npz --epochs 10 -o model.onnx
      """,
    subcommands: [
      ModelInspectCommand.self, ModelCalibrateCommand.self, ModelQuantizeCommand.self,
      ModelEvaluateCommand.self, ModelSensitivityCommand.self, ModelPruneCommand.self,
      ModelGradientsCommand.self, ModelCopyCommand.self, ModelTrainCommand.self,
    ])
}
