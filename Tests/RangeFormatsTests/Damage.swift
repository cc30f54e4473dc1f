import _TestSupport
import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import Testing

/// Damage to files, and what may be read of damaged ones.
struct Damage {
  var random: SplitMix

  /// How many damaged files a test reads: `RANGELAB_FORMAT_MUTATIONS`, or so many.
  static func count(or usual: Int) -> Int {
    ProcessInfo.processInfo.environment["RANGELAB_FORMAT_MUTATIONS"].flatMap { Int($0) } ?? usual
  }

  /// Changes, removes, repeats or inserts bytes at one to four places.
  ///
  /// - Parameter end: Where the damage ends: headers take little of a binary file and most of its faults.
  mutating func damaged(_ bytes: [UInt8], within end: Int = .max) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<min(end, bytes.count), using: &random)
      let stretch = place..<min(place + Int.random(in: 1...12, using: &random), bytes.count)
      switch Int.random(in: 0..<9, using: &random) {
      case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: bytes.removeSubrange(stretch)
      case 3: bytes.insert(contentsOf: bytes[stretch], at: place)
      case 4:
        bytes.insert(Array("[]{}:,.-+\"\n 09e".utf8).randomElement(using: &random) ?? 0, at: place)
      case 5: bytes.replaceSubrange(stretch, with: Self.words.randomElement(using: &random) ?? [])
      case 6: for index in stretch { bytes[index] = 0xFF }
      case 7: for index in stretch { bytes[index] = 0 }
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }

  /// Numbers at the ends of what can be held, and words of JSON.
  private static let words = [
    "-9223372036854775808", "9223372036854775807", "1e999", "-1e-999", "0", "-0.0", "NaN", "1e38",
    "null",
    "true", "[[1],[2]]", "\"\"", "{}", "4294967296", "0.1", "-0.5",
  ].map { Array($0.utf8) }

  /// Reads so many damaged files, and expects of each one fault, or ranges that can be used.
  ///
  /// - Parameters:
  ///   - rounds: How many.
  ///   - read: Damages a file and reads it; the number of the round may choose how.
  /// - Returns: How many had ranges, and how many a fault.
  mutating func survive(
    _ rounds: Int, _ read: (_ round: Int, inout Damage) throws -> [TensorRange]
  ) -> (read: Int, refused: Int) {
    var counts = (read: 0, refused: 0)
    for round in 0..<rounds {
      do {
        let tensors = try read(round, &self)
        counts.read += 1
        if let wrong = tensors.first(where: { !$0.isUsable }) {
          Issue.record("round \(round): \(wrong) was read, which no quantizer can use")
        }
      } catch let fault as FormatFault {
        counts.refused += 1
        if fault.description.isEmpty { Issue.record("round \(round): a fault says nothing") }
      } catch { Issue.record("round \(round): \(error) is no fault of a format") }
    }
    return counts
  }
}

extension TensorRange {
  /// Whether quantizers can use the ranges, and the lanes are those of the shape.
  fileprivate var isUsable: Bool {
    scales.count == zeroPoints.count && scales.allSatisfy(\.isUsableScale)
      && zeroPoints.allSatisfy(grid.codes.contains)
      && (shape.isEmpty || shape.laneCount(granularity) == scales.count)
  }
}
