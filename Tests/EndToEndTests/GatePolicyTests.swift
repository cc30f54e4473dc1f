import _TestSupport
import Glibc
import Testing

/// The policy of `rangelab check`: what it loosens, and how one that cannot be read is refused.
@Suite struct GatePolicyTests {
  @Test func `a policy beside the baseline loosens one estimator only`() throws {
    let work = try Workspace.checked()
    try work.write(try work.worsened("minmax"), to: "now.csv")
    try work.write("estimators:\n  minmax: {mse: {relative: 2}}\n", to: "gate.yaml")
    #expect(try work.run("check", "now.csv", "--baseline", "base.csv").code == 0)
    try work.write(try work.worsened("mse"), to: "now.csv")
    #expect(try work.run("check", "now.csv", "--baseline", "base.csv").code == 2)
    try work.write("metrics: {mse: {relative: 2}}\n", to: "other.yaml")
    let other = try work.run("check", "now.csv", "--baseline", "base.csv", "--policy", "other.yaml")
    #expect(other.code == 0, "\(other.output)")
  }

  @Test(arguments: [
    ("metrics:\n  msee: {relative: 1}\n", "gate.yaml:2:3: error: unknown 'msee'; expected mse"),
    ("metrics:\n  msee: {relative: 1}\n", "; did you mean 'mse'?"),
    (
      "metrics: {mse: {relative: -1}}\n",
      "gate.yaml:1:27: error: relative is '-1'; expected a number from 0"
    ),
    ("metrics: {mse: {relative: nan}}\n", "relative is 'nan'; expected a number"),
    ("metrics: {mse: {relative: 0x1p3}}\n", "relative is '0x1p3'; expected a number"),
    ("metrics: {mse: {better: more}}\n", "better is 'more'; expected lower or higher"),
    ("metrics: 3\n", "metrics is '3'; expected a mapping"),
    ("monotone: [mse]\nmonotone: []\n", "gate.yaml:2:1: error: 'monotone' is given twice"),
    ("metrics: {mse: {}, mse: {relative: 1}}\n", "'mse' is given twice"),
    ("metrics: {mse: &a {relative: 1}, sqnr_db: *a}\n", "aliases are not supported"),
    (
      "monotone: " + String(repeating: "[", count: 200) + String(repeating: "]", count: 200),
      "nested too deeply"
    ),
    ("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n? *c\n: x\n", "aliases are not supported"),
    ("metrics: {mse: {relative: \u{7}}}\n", "not YAML"),
    ("metrics: {mse: {tolerance: 1}}\n", "unknown 'tolerance'"),
    ("estimators: {minmx: {mse: {relative: 1}}}\n", "no cell has the estimator 'minmx'"),
    ("monotone: mse\n", "expected a list of estimators"),
    ("metrics: [\n", "not YAML"),
    ("limits: {}\n", "unknown 'limits'; expected metrics, estimators, monotone"),
  ])
  func `a policy that cannot be read says where`(text: String, message: String) throws {
    let work = try Workspace.checked()
    try work.write(text, to: "gate.yaml")
    let run = try work.run("check", "out", "--baseline", "base.csv")
    #expect(
      run.code == 65 && run.output.isEmpty && run.messages.contains(message), "\(run.messages)")
  }

  @Test func `a policy that is no file of text is refused at once`() throws {
    let work = try Workspace.checked()
    try work.write([0x61, 0xFF], to: "bytes.yaml")
    try work.write(String(repeating: "#\n", count: 1 << 20), to: "long.yaml")
    #expect(mkfifo(work.path + "/pipe", 0o600) == 0)
    for (policy, code, message) in [
      ("bytes.yaml", 65, "is not text; expected UTF-8"), ("long.yaml", 65, "is too long"),
      ("pipe", 66, "is not a regular file"), (".", 66, "is a directory"),
      ("/dev/zero", 66, "is not a regular file"), ("none.yaml", 66, "No such file"),
    ] as [(String, Int32, String)] {
      let run = try work.run("check", "out", "--baseline", "base.csv", "--policy", policy)
      #expect(run.code == code && run.messages.contains(message), "\(policy): \(run.messages)")
    }
  }
}
