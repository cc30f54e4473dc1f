internal import Foundation
internal import TensorIO

/// Who writes a segment: a run of everything, or a part of one.
///
/// A part finds its own earlier segments by this name and need not open those of others.
package struct SegmentOwner: Hashable, Sendable {
  /// Letters, digits and dots.
  let text: String

  /// A run of the whole plan.
  package static let run = SegmentOwner(text: "run")

  /// What runs leave when they merge segments.
  static let merged = SegmentOwner(text: "merged")

  /// A shard of a plan, counted from 1.
  package static func shard(_ index: Int, of count: Int) -> SegmentOwner {
    SegmentOwner(text: "shard.\(index).\(count)")
  }

  /// A chunk of a submitted run, counted from 0.
  package static func chunk(_ index: Int, of run: String) -> SegmentOwner {
    SegmentOwner(text: "chunk.\(run).\(index)")
  }
}

/// The name of a segment: `MILLISECONDS-OWNER-MACHINE-PROCESS-NUMBER.segment`.
///
/// Names sort by the time at which the segments were begun. The machine is the identity of its start, which
/// no two machines share.
struct SegmentName: Hashable, Comparable, Sendable {
  let text: String
  let owner: SegmentOwner
  let machine: String

  private static let suffix = ".segment"

  /// A new name for this process.
  ///
  /// - Parameter number: Tells names apart that begin at the same time.
  init(owner: SegmentOwner, number: Int) {
    let time = String(Int(Date.now.timeIntervalSince1970 * 1000))
    let padded = String(repeating: "0", count: max(0, 14 - time.count)) + time
    (self.owner, machine) = (owner, Self.thisMachine)
    text = "\(padded)-\(owner.text)-\(machine)-\(getpid())-\(number)\(Self.suffix)"
  }

  /// Parses a name; nil for other files.
  init?(_ text: String) {
    guard let stem = text.removing(suffix: Self.suffix) else { return nil }
    let parts = stem.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 5, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    self.text = text
    (owner, machine) = (SegmentOwner(text: String(parts[1])), String(parts[2]))
  }

  static func < (left: SegmentName, right: SegmentName) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }

  /// The first eight digits of the identity that the kernel draws when it starts.
  static let thisMachine: String = {
    let path = "/proc/sys/kernel/random/boot_id"
    let identity = (try? String(contentsOfFile: path, encoding: .utf8)) ?? "unknown"
    return String(identity.filter { $0.isHexDigit || $0.isLetter }.prefix(8))
  }()
}
