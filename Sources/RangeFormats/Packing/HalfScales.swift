internal import QuantizationCore
internal import RangeFiles
internal import TensorIO

/// Scales that a file holds as IEEE 754 binary16.
enum HalfScales {
  /// Why a scale of a tensor has no half, in a few words; nothing where all have.
  static func fault(of range: TensorRange) -> String? {
    // Half of the smallest half is rounded to zero, and half a step beyond the largest to infinity.
    guard let scale = range.scales.first(where: { $0 <= 0x1p-25 || $0 >= 65520 }) else {
      return nil
    }
    return "a scale is \(scale); the format has scales of 16 bits, from 6e-8 to 65504"
  }

  /// The bits of the nearest half, ties to even.
  static func bits(_ scale: Float) -> UInt16 {
    UInt16(truncatingIfNeeded: ScaleFormat.float16.pattern(ofNumberNearest: Double(scale)))
  }

  /// The scales as the file holds them.
  static func stored(_ scales: [Float]) -> [Float] { scales.map { widened(half: bits($0)) } }
}
