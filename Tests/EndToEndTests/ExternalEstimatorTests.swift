import _TestSupport
import Foundation
import Glibc
import Testing

/// Rules that are programs of their own.
@Suite struct ExternalEstimatorTests {
  /// A workspace with `w.npy`, 2 x 4 values, and a script `rule.sh`.
  private func workspace(_ script: String = "") throws -> Workspace {
    let work = try Workspace()
    try work.write(TensorBytes.npy([0, 1, 2, 3, 4, 5, 6, 100], shape: [2, 4]), to: "w.npy")
    try work.write(script, to: "rule.sh")
    return work
  }

  /// Writes the manifest `m.yaml` with an external rule.
  private func write(_ rule: String, to work: Workspace, granularity: String = "tensor") throws {
    try work.write(
      """
      name: outside
      tensors: [{file: w.npy}]
      estimators:
        - minmax
        - external: \(rule)
      bits: [8]
      granularities: [\(granularity)]

      """, to: "m.yaml")
  }

  /// Answers each lane with a text, and reads its values.
  private static func answering(_ text: String) -> String {
    """
    while read -r line; do
      echo "$line" >> headers.txt
      count=${line#*:}
      head -c $((4 * ${count%%,*})) > /dev/null
      echo '\(text)'
    done
    """
  }

  @Test("the rule in Python clips where its source says, and its cells are kept until it changes")
  func python() throws {
    let work = try workspace()
    let folder = RangeLabProgram.root + "/experiments/external"
    try work.write(
      try String(contentsOfFile: folder + "/tukey.py", encoding: .utf8), to: "tukey.py")
    try write("{name: tukey, command: [python3, tukey.py]}", to: work)
    #expect(try work.run("run", "m.yaml").code == 0)
    // The quartiles of 0 1 2 3 4 5 6 100 are 2 and 6, the upper fence 6 + 1.5 * 4.
    let scale = Float(12.0 / 127)
    #expect(
      try work.text("results/outside/results.csv").contains(
        ",tukey,8,symmetric,narrow,tensor,1,\(Double(scale)),0,"))
    #expect(try work.run("plan", "m.yaml").output.contains("0 to run, 2 cached"))
    try work.write(try work.text("tukey.py") + "# changed\n", to: "tukey.py")
    #expect(try work.run("plan", "m.yaml").output.contains("tukey has a new revision (1)"))
  }

  @Test("the manifest of the example is right")
  func example() throws {
    let work = try workspace()
    let manifest = RangeLabProgram.root + "/experiments/external/tukey.yaml"
    #expect(try work.run("validate", manifest).code == 0)
  }

  @Test("one program answers all lanes of one job, and is told count and format of each")
  func lanes() throws {
    let work = try workspace(
      "echo started >> starts.txt\n" + Self.answering(#"{"scale":0.5,"zero_point":7}"#))
    let run = try work.run(
      "estimate", "w.npy", "--external", "half=sh rule.sh", "-b", "8", "--scheme", "affine",
      "--granularity", "channel:0", "-j", "1", "--format", "json")
    #expect(run.code == 0, "\(run.messages)")
    let lanes = try #require(try jsonObjects(run.output).first?["lanes"] as? [[String: Any]])
    #expect(lanes.map { $0["scale"] as? Double } == [0.5, 0.5])
    #expect(lanes.map { $0["zero_point"] as? Int } == [7, 7])
    #expect(try work.text("starts.txt") == "started\n")
    let header =
      #"{"count":4,"format":"uint8-affine","maximum_code":255,"minimum_code":0,"rangelab":1,"#
      + #""scheme":"affine"}"# + "\n"
    #expect(try work.text("headers.txt") == header + header)
  }

  @Test("a format of levels is told by its levels, and a range covers")
  func levels() throws {
    let work = try workspace(Self.answering(#"{"lower":-6,"upper":3}"#))
    let run = try work.run(
      "estimate", "w.npy", "-e", "minmax", "--external", "half=sh rule.sh", "--codes", "fp4-e2m1",
      "--format", "csv")
    #expect(run.output.contains(",half,4,symmetric,e2m1,tensor,1,1.0,0,-6.0,6.0,"), "\(run.output)")
    #expect(try work.text("headers.txt").contains(#""levels":[0,0.5,1,1.5,2,3,4,6,"#))
  }

  @Test("a program may write many messages, answer before it reads, and not read at all")
  func unread() throws {
    let work = try workspace(
      #"read -r line; echo '{"scale":1}'; cat > /dev/null"#)
    try work.write(
      TensorBytes.npy([Float](repeating: 1, count: 1 << 18), shape: [1 << 18]), to: "w.npy")
    let run = try work.run("estimate", "w.npy", "--external", "one=sh rule.sh", "-b", "8")
    #expect(run.code == 0 && run.output.contains("one"), "\(run.messages)\(run.output)")
    try work.write(
      "head -c 1000000 /dev/zero | tr '\\0' x >&2\n" + Self.answering(#"{"scale":1}"#),
      to: "rule.sh")
    let chatty = try work.run("estimate", "w.npy", "--external", "one=sh rule.sh", "-b", "8")
    #expect(chatty.code == 0, "\(chatty.messages)\(chatty.output)")
    try work.write(#"read -r line; exec 0<&-; echo '{"scale":1}'; sleep 5"#, to: "rule.sh")
    let deaf = try work.run("estimate", "w.npy", "--external", "one=sh rule.sh", "-b", "8")
    #expect(deaf.code == 0, "\(deaf.messages)\(deaf.output)")
  }

  @Test(
    "what goes wrong fails the cell with one clear reason",
    arguments: [
      (
        #"echo hopeless >&2; exit 3"#,
        "sh rule.sh ended with exit code 3 before it answered: hopeless"
      ),
      (#"kill -9 $$"#, "sh rule.sh was ended by signal 9 before it answered"),
      (#"read -r line; echo nonsense; cat > /dev/null"#, "answers 'nonsense'; expected {"),
      (
        #"read -r line; echo '{"scale": NaN}'; cat > /dev/null"#,
        #"answers '{"scale": NaN}'; expected {"#
      ),
      (
        #"read -r line; echo '{"scale": 0}'; cat > /dev/null"#,
        "the scale 0.0; expected a finite number above 0"
      ),
      (
        #"read -r line; echo '{"scale": -1}'; cat > /dev/null"#,
        "the scale -1.0; expected a finite number above 0"
      ),
      (
        #"read -r line; echo '{"scale": 1, "zero_point": 3}'; cat > /dev/null"#,
        "the zero point 3; expected one from 0 to 0"
      ),
      (
        #"read -r line; echo '{"lower": 2, "upper": 1}'; cat > /dev/null"#,
        "the range 2.0 to 1.0; expected"
      ),
      (#"read -r line; echo '{"lower": 2}'; cat > /dev/null"#, "no range; expected scale"),
      (#"yes | tr -d '\n'"#, "writes more than 4096 bytes and no end of a line"),
    ])
  func faults(script: String, reason: String) throws {
    let work = try workspace(script)
    let run = try work.run(
      "estimate", "w.npy", "-e", "minmax", "--external", "bad=sh rule.sh", "-b", "8", "--format",
      "json")
    #expect(run.code == 3)
    let status = try jsonObjects(run.output).map { $0["status"] as? String }
    #expect(status.first == "ok")
    #expect(status.last??.contains(reason) == true, "\(status)")
  }

  @Test(
    "a program that says more than it was asked is not asked again, so that no lane gets another's answer"
  )
  func leftOver() throws {
    let work = try workspace(Self.answering(#"{"scale":1}"# + "\nand more"))
    let run = try work.run(
      "estimate", "w.npy", "--external", "half=sh rule.sh", "-b", "8", "--granularity", "channel:0",
      "-j", "1", "--format", "csv")
    #expect(run.code == 3)
    #expect(run.output.contains("failed: sh rule.sh writes more than a line for a lane"))
  }

  @Test("a lane for which the rule says it has no answer is skipped, which is no failure")
  func notDefined() throws {
    let work = try workspace(Self.answering(#"{"not_defined":"data without a tail"}"#))
    let run = try work.run(
      "estimate", "w.npy", "--external", "half=sh rule.sh", "-b", "8", "--format", "csv")
    #expect(run.code == 0)
    #expect(run.output.contains("skipped: not defined for data without a tail"))
  }

  @Test("a program that takes too long is ended with all that it has started")
  func timeout() throws {
    let work = try workspace("sleep 1000 & echo $! > child.txt; wait")
    try write("{name: slow, command: [sh, rule.sh], timeout: 0.5}", to: work)
    let run = try work.run("run", "m.yaml")
    #expect(run.code == 3)
    #expect(
      try work.text("results/outside/results.csv")
        .contains("failed: sh rule.sh has not answered within 0.5 seconds"))
    let child = try #require(pid_t(try work.text("child.txt").trimmingCharacters(in: .newlines)))
    // A killed process that nobody has waited for yet has no memory.
    let memory = try? String(contentsOfFile: "/proc/\(child)/statm", encoding: .utf8)
    #expect(memory?.hasPrefix("0 ") ?? true)
  }

  @Test(
    "what is wrong with an entry of a manifest has its place",
    arguments: [
      ("{name: x, command: [sh], tmeout: 3}", "m.yaml:5:40: error: external has no key 'tmeout'"),
      ("{name: x}", "m.yaml:5:15: error: external has no 'command'"),
      ("{name: x, command: []}", "m.yaml:5:34: error: external: command is an empty list"),
      (
        "{name: x, command: [nosuch-program]}",
        "m.yaml:5:34: error: there is no program 'nosuch-program'"
      ),
      ("{name: x, command: [./rule.sh]}", "m.yaml:5:34: error: there is no program './rule.sh'"),
      ("{name: mse, command: [sh]}", "m.yaml:5:22: error: 'mse' is an estimator already"),
      ("{name: A b, command: [sh]}", "m.yaml:5:22: error: an external rule cannot be called 'A b'"),
      (
        "{name: x, command: [sh], timeout: 0}",
        "m.yaml:5:49: error: a timeout is a number of seconds"
      ),
    ])
  func places(rule: String, message: String) throws {
    let work = try workspace()
    try write(rule, to: work)
    let run = try work.run("validate", "m.yaml")
    #expect(run.code == 65 && run.messages.contains(message), "\(run.messages)")
  }

  @Test("what is wrong on a command line is a usage error")
  func usage() throws {
    let work = try workspace()
    try work.expectFailure(
      "estimate w.npy --external x", 64, "--external cannot be 'x'; expected NAME=COMMAND")
    try work.expectFailure(
      "estimate w.npy --external x=nosuch-program", 64,
      "--external: there is no program 'nosuch-program'")
  }
}
