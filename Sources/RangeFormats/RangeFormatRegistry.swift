/// The formats that ranges can be written to and read from.
package enum RangeFormatRegistry {
  /// All formats, in the order of lists.
  package static let all: [any RangeCodec] = [
    CSVRanges(),
    QDQModel(),
    TensorRTCache(),
    ORTTable(),
    ORTOverrides(),
    AIMETEncodings(),
    QNNOverrides(),
    NCNNTable(),
    OpenVINORanges(),
    TFLiteParameters(),
    TorchParameters(),
    GGUFRanges(),
    CompressedTensors(),
    GPTQRanges(),
  ]

  /// Finds a format by its name.
  package static func codec(_ name: String) -> (any RangeCodec)? {
    all.first { $0.name == name }
  }
}
