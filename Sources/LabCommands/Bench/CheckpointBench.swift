internal import Foundation
internal import QuantizationCore
internal import RangeEstimation
internal import TensorIO

/// Estimates from a sample of its groups how long a whole checkpoint takes on all threads: decoding
/// bfloat16, the certified optimum of each group, and quantizing.
struct CheckpointBench {
  private static let weights = 7_000_000_000
  private static let size = 128
  private static let rowLength = 4096
  /// The search over zero points takes longer, so its sample is smaller.
  private static let samples = [(GridFamily.symmetricNarrow, 1 << 22), (.affineUnsigned, 1 << 18)]

  private let values: [Float]
  private let clock: BenchClock
  private let workers: Workers

  /// - Parameter values: At least one row.
  init?(values: [Float], clock: BenchClock, workers: Workers) {
    guard values.count >= Self.rowLength else { return nil }
    self.values = values
    self.clock = BenchClock(rounds: min(3, clock.rounds))
    self.workers = workers
  }

  func table() throws -> String {
    var lines = [
      "a checkpoint of 7 billion weights in bfloat16, groups of \(Self.size), "
        + "\(workers.count) at once: decoded, certified optimum, codes"
    ]
    for (family, most) in Self.samples {
      let rows = min(most, values.count) / Self.rowLength
      let encoded = values[..<(rows * Self.rowLength)].map { UInt16($0.bitPattern >> 16) }
      for bits in [4, 8].compactMap(BitWidth.init) {
        let seconds = try clock.medians([
          { try quantize(encoded, rows: rows, on: CodeGrid(family, bits: bits)) }
        ])[0]
        let groups = Double(encoded.count / Self.size)
        lines.append(
          String(
            format: "  %@ %d bits %9.2f us/group %9.1f minutes",
            family.scheme.rawValue.padding(toLength: 9, withPad: " ", startingAt: 0), bits.count,
            seconds / groups * 1e6, seconds * Double(Self.weights) / Double(encoded.count) / 60))
      }
    }
    return lines.joined(separator: "\n")
  }

  /// Quantizes as `quantize` does with a tensor of a container.
  private func quantize(_ encoded: [UInt16], rows: Int, on grid: CodeGrid) throws {
    let shape = [rows, Self.rowLength]
    guard
      let partition = LanePartition(shape: shape, granularity: .group(size: Self.size))
    else { return }
    let decoded = [Float](unsafeUninitializedCapacity: encoded.count) { values, count in
      encoded.withUnsafeBytes { bytes in
        _ = ElementLayout(.bfloat16).decode(
          bytes, into: UnsafeMutableBufferPointer(rebasing: values[..<encoded.count]))
      }
      count = encoded.count
    }
    var calibration = Calibration(
      TensorLanes(values: decoded, partition: partition), workers: workers)
    let parameters = try calibration.parameters(of: "mse", on: grid)
    func codes<Code: CodeElement>(_: Code.Type) {
      let codes: [Code] = partition.quantize(decoded, with: parameters, workers: workers)
      precondition(codes.count == decoded.count, "the results are used")
    }
    if grid.isSigned { codes(Int8.self) } else { codes(UInt8.self) }
  }
}
