internal import Foundation
internal import TensorIO

/// What it costs the tensors of a file that it holds scales in fewer bits.
struct RoundingNote {
  private var changes: [(name: String, change: Double)] = []
  private var spoiled = 0
  private var isNeeded = false

  /// Counts a tensor.
  ///
  /// - Parameter isRounded: Whether the file holds another scale than was chosen.
  mutating func add(_ name: String, _ codes: WeightCodes, isRounded: Bool) {
    isNeeded = isNeeded || isRounded
    if codes.chosenError > 0 {
      changes.append((name, codes.storedError / codes.chosenError - 1))
    } else if codes.storedError > 0 {
      spoiled += 1
    }
  }

  /// One line; nothing where all scales are held as they were chosen.
  ///
  /// - Parameter type: The type of scales in the file.
  func text(_ type: String) -> String? {
    guard isNeeded else { return nil }
    var text = "scales are rounded to \(type), and codes are those of the rounded scales"
    if let most = changes.max(by: { $0.change.magnitude < $1.change.magnitude }) {
      let mean = changes.reduce(0) { $0 + $1.change } / Double(changes.count)
      text += ": the mean squared error changes by \(Self.percent(mean))"
      if changes.count > 1 {
        text +=
          " on average of \(changes.count) tensors, most for \(quoted(most.name)) "
          + "(\(Self.percent(most.change)))"
      }
    }
    if spoiled > 0 {
      text +=
        "; \(counted(spoiled, "tensor")) without error \(spoiled == 1 ? "has" : "have") one now"
    }
    return text
  }

  private static func percent(_ share: Double) -> String {
    String(format: "%+.2g", 100 * share) + "%"
  }
}
