import IntegerLayers
import QuantizationCore
import _TestSupport

/// Codes and quantizers for tests.
enum Samples {
  /// A quantizer of unsigned or signed bytes.
  static func quantizer(_ scale: Double, _ zeroPoint: Int, isSigned: Bool) -> QuantizationParameters
  {
    let family: GridFamily = isSigned ? .affineSigned : .affineUnsigned
    return QuantizationParameters(
      scale: scale, zeroPoint: zeroPoint, grid: grids(bits: [8]).filter { $0.family == family }[0])
  }

  /// Codes of 8 bits, or of fewer.
  static func codes(
    _ count: Int, isSigned: Bool, bits: Int = 8, _ numbers: inout SplitMix
  ) -> [Int] {
    let half = 1 << (bits - 1)
    return (0..<count).map { _ in
      Int.random(in: isSigned ? -half...half - 1 : 0...2 * half - 1, using: &numbers)
    }
  }

  /// Codes as they are stored.
  static func stored(_ codes: [Int], isSigned: Bool) -> [UInt8] {
    codes.map { UInt8($0 + (isSigned ? 128 : 0)) }
  }

  /// Codes as ONNX stores them.
  static func bytes(_ codes: [Int]) -> [UInt8] { codes.map { UInt8(truncatingIfNeeded: $0) } }
}
