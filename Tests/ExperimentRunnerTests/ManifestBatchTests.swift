import _TestSupport
import ExperimentRunner
import ResultRecords
import Testing

/// Tensors in batches, and the axis that says which of them are calibrated on.
@Suite struct ManifestBatchTests {
  let folder: Workspace

  init() throws { folder = try Workspace() }

  private func text(_ entries: [String], _ added: String = "") -> String {
    Lines.with([3: entries.map { "  - \($0)" }.joined(separator: "\n")], adding: added)
  }

  @Test("cuts the leading axis of files and of synthetic tensors as evenly as can be")
  func cut() throws {
    try folder.writeNPY("a.npy", shape: [7, 2])
    let found = try folder.load(
      text([
        "{file: a.npy, batches: 3}", "{synthetic: {distribution: relu, shape: [4, 8]}, batches: 2}",
        "synthetic: {distribution: gelu, shape: [4]}",
      ])
    ).tensors
    #expect(found.map(\.name) == ["a", "relu-4x8-0", "gelu-4-0"])
    #expect(found.map(\.shape) == [[7, 2], [4, 8], [4]])
    #expect(
      found.map(\.layout.shapes) == [[[2, 2], [2, 2], [3, 2]], [[2, 8], [2, 8]], [[4]]])
  }

  @Test("a sequence of files is one tensor, what a pattern finds in the order of its numbers")
  func sequence() throws {
    for name in ["x_10", "x_2", "x_1", "first"] {
      try folder.writeNPY("d/\(name).npy", shape: [name == "x_2" ? 5 : 4, 3])
    }
    let found = try folder.load(text(["{name: Acts.1, batches: [d/first.npy, 'd/x_*.npy']}"]))
      .tensors
    #expect(found.map(\.name) == ["Acts.1"] && found[0].shape == [4, 3])
    #expect(found[0].layout.shapes == [[4, 3], [4, 3], [5, 3], [4, 3]])
    guard case .sequence(let files) = found[0].origin else {
      Issue.record("not a sequence")
      return
    }
    #expect(
      files.map(\.relativePath) == ["d/first.npy", "d/x_1.npy", "d/x_2.npy", "d/x_10.npy"])
  }

  @Test("a number is that many batches from the first")
  func choices() throws {
    let manifest = try folder.load(
      text(
        ["{synthetic: {distribution: relu, shape: [8]}, batches: 8}"],
        "calibration: [all, 2, 4..5, {batches: [1, 1..2], held_out: 4..5+7..7}]"))
    #expect(
      manifest.calibrations.map(\.description)
        == ["all", "0..1", "4..5", "0..0 held-out 4..5+7..7", "1..2 held-out 4..5+7..7"])
    #expect(
      try manifest.calibrations.map { try $0.split(of: 8)?.heldOut.description ?? "" }
        == ["", "2..7", "0..3+6..7", "4..5+7..7", "4..5+7..7"])
    #expect(
      try folder.load(text(["synthetic: {distribution: relu, shape: [8]}"])).calibrations == [.all])
  }

  @Test(
    "names what is wrong with batches",
    arguments: [
      (
        "{file: a.npy, batches: 8}", 28,
        "a leading axis of 7 cannot be cut into 8 batches; "
          + "expected a whole number from 1 to 7"
      ),
      (
        "{file: a.npy, batches: 0}", 28, "batches is '0'; expected a whole number from 1 to 1000000"
      ),
      (
        "{file: s.npy, batches: 1}", 28,
        "a tensor without axes cannot be cut into batches; "
          + "expected a leading axis"
      ),
      (
        "{file: a.npy, batch: 2}", 19,
        "a tensor with 'file' has no key 'batch'; "
          + "expected no other key than 'batches' and 'name'"
      ),
      (
        "{batches: [a.npy, b.npy]}", 6,
        "a sequence of batches has no 'name'; expected the key 'name'"
      ),
      ("{batches: a.npy, name: x}", 15, "batches is 'a.npy'; expected a list of one or more"),
      (
        "{batches: [a.npy, b.npy], name: a b}", 37,
        "name is 'a b'; expected up to 200 of the "
          + "characters a-z, A-Z, 0-9, '.', '_' and '-'"
      ),
      (
        "{batches: [a.npy, ./a.npy], name: x}", 23,
        "batch './a.npy' is listed twice; "
          + "expected every one once"
      ),
      (
        "{batches: [a.npy, n.npy], name: x}", 23,
        "cannot use the tensor file: n.npy: "
          + "cannot be opened: No such file or directory"
      ),
    ])
  func tensorFaults(entry: String, column: Int, message: String) throws {
    try folder.writeNPY("a.npy", shape: [7, 2])
    try folder.writeNPY("b.npy", shape: [4, 2])
    try folder.writeNPY("c.npy", shape: [7, 3])
    try folder.writeNPY("s.npy", shape: [])
    let text = text([entry])
    let found = try folder.faults(text)
    #expect(found == ExpectedFault(3, column, message).printed(in: text), "\(found)")
  }

  @Test(
    "names what is wrong with the calibration axis",
    arguments: [
      (
        "[x]", 15,
        "calibration is 'x'; expected all, a number of batches, batches such as 0..3, "
          + "or {batches: 0..3, held_out: 4..7}"
      ),
      (
        "[0]", 15,
        "calibration is '0'; expected all, a number of batches, batches such as 0..3, "
          + "or {batches: 0..3, held_out: 4..7}"
      ),
      ("[2, 0..1]", 18, "calibration '0..1' is listed twice; expected every one once"),
      (
        "{batches: 1}", 14, "a calibration in braces has no 'held_out'; expected the key 'held_out'"
      ),
      (
        "{batches: 1, held_out: 3}", 37,
        "held_out is '3'; "
          + "expected batches such as 4..7 or 0..1+4..7"
      ),
      (
        "[4]", 15,
        "tensor 'relu-8-0': calibrating on 0..3 leaves none of 4 batches to measure; "
          + "expected at most 3 of them"
      ),
      (
        "[2..4]", 15, "tensor 'relu-8-0': there is no batch 4 among 4; expected batches from 0 to 3"
      ),
      (
        "{batches: 2, held_out: 1..2}", 24,
        "tensor 'relu-8-0': batches 1..1 are calibrated on and "
          + "held out; expected others to be held out"
      ),
      (
        "{batches: all, held_out: 1..2}", 24,
        "tensor 'relu-8-0': calibrating on all batches holds "
          + "none out; expected some of the batches"
      ),
      (
        "[2, {batches: 0..1, held_out: 2..3}]", 28,
        "for tensor 'relu-8-0' calibration "
          + "'0..1 held-out 2..3' is '0..1' again; expected every one once"
      ),
    ])
  func calibrationFaults(value: String, column: Int, message: String) throws {
    let text = text(
      ["{synthetic: {distribution: relu, shape: [8]}, batches: 4}"], "calibration: \(value)")
    let found = try folder.faults(text)
    #expect(found == ExpectedFault(8, column, message).printed(in: text), "\(found)")
  }

  @Test("a tensor of one batch is a fault, unless it is excluded")
  func oneBatch() throws {
    let entries = [
      "{synthetic: {distribution: relu, shape: [8]}, batches: 4}",
      "synthetic: {distribution: gelu, shape: [8]}",
    ]
    let text = text(entries, "calibration: [all, 2]")
    let fault = ExpectedFault(
      9, 20, "tensor 'gelu-8-0': there is one batch only; expected two or more to hold some out")
    #expect(try folder.faults(text) == fault.printed(in: text))
    for name in ["2", "0..1"] {
      let exclusion = "exclude: [{tensor: gelu*, calibration: \(name)}]\n"
      #expect(try folder.faults(text + exclusion) == "")
    }
    let unknown = try folder.faults(text + "exclude: [{calibration: 3}]\n")
    #expect(
      unknown.contains("calibration '0..2' is not in the manifest; expected one of all, 0..1"))
  }

  @Test("lanes must be the same in every batch")
  func lanes() throws {
    try folder.writeNPY("a.npy", shape: [7, 2])
    try folder.writeNPY("b.npy", shape: [4, 2])
    func fault(_ entry: String, _ granularity: String) throws -> String {
      let text = Lines.with([3: "  - \(entry)", 7: "granularities: [\(granularity)]"])
      let lines = try folder.faults(text).split(separator: "\n")
      return lines.first.map(String.init) ?? ""
    }
    let sequence = "{batches: [a.npy, b.npy], name: x}"
    #expect(try fault(sequence, "channel:1") == "")
    #expect(
      try fault(sequence, "channel:0")
        == "m.yaml:7:17: error: tensor 'x': channel:0 has 7 lanes in batch 0 and 4 in batch 1; "
        + "expected the same lanes in every batch")
    #expect(try fault(sequence, "group:1").contains("group:1 has 14 lanes in batch 0 and 8 in"))
    #expect(
      try fault("{file: b.npy, batches: 2}", "channel:0")
        == "m.yaml:7:17: error: tensor 'b': axis 0 is cut into batches and has no channels; "
        + "expected an axis from 1 to 1")
    #expect(try fault("{file: b.npy, batches: 2}", "group:2") == "")
    #expect(try fault("{file: b.npy, batches: 2}", "channel:2").contains("has no axis 2"))
  }
}
