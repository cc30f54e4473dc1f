import _TestSupport
import Testing

/// Exit codes and messages for what a command line or an input file can have wrong.
@Suite struct UsageTests {
  @Test(arguments: [
    ("estimate w.npy -e minmax -b 8 --nonsense", "Unknown option '--nonsense'"),
    ("estimate w.npy -e minmaxx -b 8", "unknown estimator 'minmaxx'; expected one of minmax"),
    ("estimate w.npy -e percentile[p=3] -b 8", "p cannot be '3'"),
    ("estimate w.npy -e minmax[p=3] -b 8", "has no parameter 'p'"),
    ("estimate w.npy -e percentile[p=99 -b 8", "is not an estimator"),
    ("estimate w.npy -e minmax -b 17", "--bits cannot be '17'"),
    ("estimate w.npy -e minmax --codes fp8", "--codes cannot be 'fp8'; expected int4-narrow"),
    ("estimate w.npy -e minmax -b 1", "--bits cannot be '1'"),
    ("estimate w.npy -e minmax -b eight", "--bits cannot be 'eight'"),
    ("estimate w.npy -e minmax -b 8 --scheme diagonal", "expected symmetric or affine"),
    ("estimate w.npy -e minmax -b 8 --grid signed", "expected narrow, full, unsigned"),
    ("estimate w.npy -e minmax -b 8 --granularity row", "channel:AXIS, group:SIZE"),
    ("estimate w.npy -e minmax -b 8 --granularity group:0", "channel:AXIS, group:SIZE"),
    ("estimate w.npy -e minmax -b 8 --granularity group:2@2", "has axes 0 to 1"),
    ("estimate w.npy -e minmax -b 8 --granularity channel:-3", "has axes 0 to 1"),
    ("estimate w.npy -e minmax -b 8 --granularity channel:2", "has axes 0 to 1"),
    ("estimate scalar.npy -e minmax -b 8 --granularity channel:0", "has no axes"),
    ("estimate w.npy -e minmax -b 8 --nonfinite maybe", "expected error or skip"),
    ("estimate w.npy -e minmax -b 8 --format xml", "'text', 'json' or 'csv'"),
    ("quantize w.npy -b 8 -o c.npy", "expected -e NAME"),
    ("quantize w.npy -e minmax -o c.npy", "expected -b BITS"),
    ("estimate -e minmax -b 8", "no tensor file"),
    ("quantize w.npy -e minmax -b 8", "--output"),
    ("quantize w.npy -e minmax mse -b 8 -o c.npy", "one file, one estimator and one number format"),
    ("run m.yaml -j 0", "--jobs cannot be 0"),
    ("run m.yaml --filter (", "is not a regular expression"),
    ("list nothing", "'estimators', 'sources', 'metrics', 'codes' or 'formats'"),
  ])
  func `wrong usage says what was expected, exit code 64`(line: String, message: String) throws {
    let work = try Workspace.sample()
    try work.write(TensorBytes.npy([1], shape: []), to: "scalar.npy")
    let before = try work.names()
    let run = try RangeLabProgram.run(line.split(separator: " ").map(String.init), in: work.path)
    #expect(run.code == 64 && run.output.isEmpty)
    #expect(run.messages.contains(message), "\(run.messages)")
    #expect(try work.names() == before, "nothing is written")
  }

  @Test(arguments: [
    ("estimate none.npy -e minmax -b 8", "none.npy: cannot be opened"),
    ("estimate -e minmax -b 8 none.npy", "none.npy: cannot be opened"),
    ("estimate . -e minmax -b 8", "is a directory"),
    ("quantize none.npy -e minmax -b 8 -o c.npy", "none.npy: cannot be opened"),
    ("run none.yaml", "none.yaml: error: cannot read the manifest"),
    ("plan none.yaml", "none.yaml: error: cannot read the manifest"),
    ("validate none.yaml", "none.yaml: error: cannot read the manifest"),
  ])
  func `a missing file is named, exit code 66`(line: String, message: String) throws {
    let work = try Workspace()
    let run = try RangeLabProgram.run(line.split(separator: " ").map(String.init), in: work.path)
    #expect(run.code == 66 && run.output.isEmpty)
    #expect(run.messages.contains(message), "\(run.messages)")
    #expect(try work.names().isEmpty)
  }

  @Test func `truncated, empty and non-finite tensors are named with the place, exit code 65`()
    throws
  {
    let work = try Workspace()
    let whole = TensorBytes.npy(TensorBytes.ramp(6), shape: [2, 3])
    try work.write(Array(whole.dropLast(5)), to: "short.npy")
    try work.write(TensorBytes.npy([], shape: [0, 3]), to: "empty.npy")
    try work.write(TensorBytes.npy([0, 1, .nan, 2, -.infinity, 3], shape: [6]), to: "nan.npy")
    try work.write(Array(whole.prefix(20)), to: "head.npy")
    try work.write("no tensor at all", to: "text.npy")
    let wanted = [
      "short.npy": "data end after 19 bytes; expected 24", "empty.npy": "no elements",
      "nan.npy": "2 non-finite values (NaN or infinity), the first at index 2", "head.npy": "",
      "text.npy": "",
    ]
    for (file, message) in wanted {
      for granularity in ["tensor", "group:2"] {
        let run = try work.run(
          "estimate", file, "-e", "minmax", "-b", "8", "--granularity", granularity)
        #expect(run.code == 65 && run.output.isEmpty, "\(file)")
        #expect(run.messages.hasPrefix("error: \(file): ") && run.messages.contains(message))
        #expect(run.messages.split(separator: "\n").count == 1, "\(run.messages)")
      }
    }
  }
}
