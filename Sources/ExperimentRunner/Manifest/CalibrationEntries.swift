internal import ResultRecords
internal import TensorIO

/// Reads the axis of calibration batches: `all`, `4`, `0..3`, or
/// `{batches: [1, 2, 4], held_out: 4..7}` with one choice or several.
struct CalibrationEntries {
  private static let expected =
    "all, a number of batches, batches such as 0..3, or {batches: 0..3, held_out: 4..7}"

  let reader: NodeReader

  func read(_ node: ManifestNode) -> [Located<CalibrationChoice>] {
    let choices = (reader.oneOrMore(node, "calibration") ?? []).flatMap(entry)
    return reader.unique(choices, "calibration") { "\($0)" }
  }

  private func entry(_ node: ManifestNode) -> [Located<CalibrationChoice>] {
    guard case .mapping = node.content else { return choice(node).map { [$0] } ?? [] }
    let keys = ["batches", "held_out"]
    guard let fields = reader.fields(node, "a calibration", known: keys) else { return [] }
    for key in keys where fields[key] == nil {
      reader.log.report(
        node.location, "a calibration in braces has no '\(key)'", expected: "the key '\(key)'")
    }
    guard let batches = fields["batches"], let heldOut = fields["held_out"].flatMap(heldOut) else {
      return []
    }
    return (reader.oneOrMore(batches.value, "batches") ?? []).compactMap(choice).map {
      Located(value: $0.value.measured(on: heldOut), location: $0.location)
    }
  }

  private func choice(_ node: ManifestNode) -> Located<CalibrationChoice>? {
    guard let choice = node.scalar.flatMap({ CalibrationChoice($0) }) else {
      reader.mismatch(node, "calibration", expected: Self.expected)
      return nil
    }
    return Located(value: choice, location: node.location)
  }

  private func heldOut(_ entry: ManifestNode.Entry) -> BatchSet? {
    guard let set = entry.value.scalar.flatMap({ BatchSet($0) }) else {
      reader.mismatch(entry.value, "held_out", expected: "batches such as 4..7 or 0..1+4..7")
      return nil
    }
    return set
  }
}
