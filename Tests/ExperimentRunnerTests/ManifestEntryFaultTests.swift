import _TestSupport
import ExperimentRunner
import RangeEstimation
import Testing

/// Faults of single entries; the number is the line of the good manifest that is replaced.
@Suite struct ManifestEntryFaultTests {
  let folder: Workspace

  init() throws { folder = try Workspace() }

  private func check(_ line: Int, _ text: String, _ faults: [(Int, String)]) throws {
    let text = Lines.with([line: text])
    let printed = faults.map { ExpectedFault(line, $0, $1).printed(in: text) }
    let found = try folder.faults(text)
    #expect(found == printed.joined(separator: "\n"), "\(found)")
  }

  private static let example = "expected {distribution: gaussian, shape: [64, 576]}"
  private static let kinds =
    "expected {file: PATH}, {synthetic: {distribution: NAME, shape: [...]}} or "
    + "{batches: [PATH, ...], name: NAME}"

  @Test(
    "refuses files that are not there, broken, or not so divided",
    arguments: [
      (
        "file: d/*.npz", 11,
        "no file matches 'd/*.npz'; expected a file in the folder of the manifest"
      ),
      (
        "file: d/no.npy", 11,
        "cannot use the tensor file: d/no.npy: cannot be opened: No such file or directory"
      ),
      (
        "file: d/bad.npy", 11,
        "cannot use the tensor file: bad.npy: 3 bytes are too short for a npy header; "
          + "expected at least 10"
      ),
      (
        "file: w.safetensors#fc3", 11,
        "cannot use the tensor file: w.safetensors#fc3: no such tensor; expected one of 'fc1'"
      ),
      ("fil: a", 5, "unknown kind of tensor 'fil'; \(kinds); did you mean 'file'?"),
      ("d/a.npy", 5, "tensor is 'd/a.npy'; \(kinds)"),
      ("file: [a]", 11, "file is a list; expected text"),
    ])
  func files(entry: String, column: Int, fault: String) throws {
    try folder.write([1, 2, 3], to: "d/bad.npy")
    try folder.writeSafetensors("w.safetensors", members: ["fc1"])
    try check(3, "  - " + entry, [(column, fault)])
  }

  @Test("refuses a tensor that is listed twice, however it is spelled")
  func repeatedTensors() throws {
    try folder.writeNPY("d/a.npy", shape: [2])
    let text = Lines.with([3: "  - file: d/a.npy\n  - file: d/./a.npy"])
    let fault = ExpectedFault(4, 11, "tensor 'a' is listed twice; expected every one once")
    #expect(try folder.faults(text) == fault.printed(in: text))
  }

  @Test("names what is wrong with a synthetic tensor")
  func synthetic() throws {
    try check(
      3, "  - synthetic: {distribution: gausian, shape: [0, 8]}",
      [
        (
          31,
          "unknown distribution 'gausian'; expected one of gaussian, laplace, student-t, cauchy, "
            + "logistic, uniform, bimodal, lognormal, exponential, relu, gelu, softmax; "
            + "did you mean 'gaussian'?"
        ),
        (48, "shape is '0'; expected a whole number from 1 to 2147483648"),
      ])
    try check(
      3, "  - synthetic: {}",
      [
        (5, "a synthetic tensor has no 'distribution'; \(Self.example)"),
        (5, "a synthetic tensor has no 'shape'; \(Self.example)"),
      ])
    try check(
      3, "  - synthetic: {distribution: gaussian, dof: 3, shape: [4], count: 0}",
      [
        (
          41,
          "a gaussian tensor has no key 'dof'; expected one of distribution, shape, outliers, "
            + "outlier_channels, huge_outlier, count"
        ),
        (68, "count is '0'; expected a whole number from 1 to 10000"),
      ])
  }

  @Test("finds every wrong number of a synthetic tensor")
  func syntheticNumbers() throws {
    try check(
      3, "  - synthetic: {distribution: student-t, dof: [3, 3, x, .inf, inf, 0x3], shape: [4, 8]}",
      [
        (51, "dof '3' is listed twice; expected every one once"),
        (54, "dof is 'x'; expected a number"), (57, "dof is '.inf'; expected a number"),
        (63, "dof is 'inf'; expected a number"), (68, "dof is '0x3'; expected a number"),
      ])
    try check(
      3, "  - synthetic: {distribution: student-t, dof: [0.01, 3], shape: [4], huge_outlier: -1}",
      [
        (48, "dof is 0.01; expected it to be in 0.1...1000000"),
        (
          84,
          "huge_outlier is -1; expected it to be above 0 and at most 3.4028234663852886e+38"
        ),
      ])
    try check(
      3, "  - synthetic: {distribution: relu, shape: [4], outliers: {fraction: 2, scale: 0}}",
      [
        (70, "outliers.fraction is 2; expected it to be in 0...1"),
        (80, "outliers.scale is 0; expected it to be finite and above 0"),
      ])
    try check(
      3, "  - synthetic: {distribution: relu, shape: [4], outlier_channels: {count: [1, 9]}}",
      [(49, "outlier_channels has no 'scale'; expected the key 'scale'")])
    try check(
      3, "  - synthetic: {distribution: relu, shape: [4], outlier_channels: {count: 9, scale: 2}}",
      [(75, "outlier_channels.count is 9; expected it to be in 1...4")])
    try check(
      3, "  - synthetic: {distribution: relu, shape: [[4], [99999, 99999]]}",
      [(50, "shape is [99999, 99999]; expected it to be of at most 2147483648 elements")])
  }

  @Test("places faults of estimators at the name, the parameter or the value")
  func estimators() throws {
    let known = "expected one of \(Self.estimatorNames)"
    try check(
      4, "estimators: [minmx, percentile: {q: 3}, mse: 3, [], minmax, minmax, 'percentile[p=]']",
      [
        (14, "unknown estimator 'minmx'; \(known); did you mean 'minmax'?"),
        (34, "estimator 'percentile' has no parameter 'q'; expected one of p"),
        (46, "mse is '3'; expected a mapping of parameters to values"),
        (
          49,
          "estimator is an empty list; expected a name, or one name with its parameters"
        ),
        (61, "estimator 'minmax' is listed twice; expected every one once"),
        (69, "'percentile[p=]' is not an estimator; expected name or name[parameter=value,...]"),
      ])
    try check(
      4, "estimators: [percentile: {p: [99, 200, \"99\", .nan, 99.0]}, kl: {bins: []}]",
      [
        (35, "percentile: p cannot be '200'; expected a number from 50 to 100"),
        (40, "percentile: p is the text '99'; expected a number from 50 to 100"),
        (46, "percentile: p is '.nan'; expected a number from 50 to 100"),
        (52, "percentile: p '99' is listed twice; expected every one once"),
        (71, "bins is an empty list; expected a list of one or more"),
      ])
  }

  private static let estimatorNames = EstimatorRegistry.builtIn.descriptors.map(\.identifier)
    .joined(separator: ", ")

  @Test("checks bits, schemes and granularities")
  func axes() throws {
    let range = "expected a whole number from 2 to 16"
    try check(
      5, "bits: [1, 17, 4, 4, x, '8', 3.5]",
      [
        (8, "bits is '1'; \(range)"), (11, "bits is '17'; \(range)"),
        (18, "bit width '4' is listed twice; expected every one once"),
        (21, "bits is 'x'; \(range)"), (24, "bits is the text '8'; \(range)"),
        (29, "bits is '3.5'; \(range)"),
      ])
    let grids = "expected one of narrow, full, unsigned"
    try check(
      6, "schemes: [symmetrc, symmetric:ful, affine: [narrow, unsigned], affine]",
      [
        (
          11,
          "unknown scheme 'symmetrc'; expected one of symmetric, affine; did you mean 'symmetric'?"
        ),
        (21, "scheme 'symmetric' has no grid 'ful'; \(grids); did you mean 'full'?"),
        (45, "scheme 'affine' has no grid 'narrow'; expected one of unsigned, signed"),
        (64, "grid 'affine:unsigned' is listed twice; expected every one once"),
      ])
    let kinds =
      "expected tensor, {channel: AXIS}, {group: SIZE, axis: AXIS} or {block: ROWSxCOLUMNS}"
    try check(
      7, "granularities: [tensr, channel: 99, group:x, group: [0, 32, 32], tensor: 1]",
      [
        (17, "unknown granularity 'tensr'; \(kinds); did you mean 'tensor'?"),
        (33, "channel is '99'; expected a whole number from -64 to 63"),
        (37, "unknown granularity 'group:x'; \(kinds)"),
        (54, "group is '0'; expected a whole number from 1 to 2147483648"),
        (61, "granularity 'group:32' is listed twice; expected every one once"),
        (66, "granularity tensor takes no value; expected tensor"),
      ])
  }

  @Test("groups lie along any axis, and axes count from the end too")
  func groupAxis() throws {
    try check(
      7, "granularities: [{group: 4, axis: x}, {axis: 0}, {group: 2, axle: 1}, group:4@2]",
      [
        (34, "axis is 'x'; expected a whole number from -64 to 63"),
        (
          39,
          "unknown granularity 'axis'; expected tensor, {channel: AXIS}, "
            + "{group: SIZE, axis: AXIS} or {block: ROWSxCOLUMNS}"
        ),
        (60, "a group has no key 'axle'; expected one of group, axis"),
        (
          70,
          "tensor 'gaussian-4x8-0' of shape [4, 8] has no axis 2; expected an axis from 0 to 1"
        ),
      ])
    let line = "granularities: [{group: [2, 4], axis: 0}, group:4@-2, channel: -1, group:3@1]"
    #expect(try folder.faults(Lines.with([7: line])) == "")
  }

  @Test("blocks have a length for each of the last axes")
  func blocks() throws {
    try check(
      7, "granularities: [{block: 4y4}, {block: [2x2, 0x4]}, block:2x, {block: 2, axis: 0}]",
      [
        (25, "unknown block '4y4'; expected lengths such as 128x128"),
        (45, "unknown block '0x4'; expected lengths such as 128x128"),
        (
          52,
          "unknown granularity 'block:2x'; expected tensor, {channel: AXIS}, "
            + "{group: SIZE, axis: AXIS} or {block: ROWSxCOLUMNS}"
        ),
        (
          73,
          "granularity is a mapping with 2 keys; expected tensor, {channel: AXIS}, "
            + "{group: SIZE, axis: AXIS} or {block: ROWSxCOLUMNS}"
        ),
      ])
    let line = "granularities: [{block: [2x2, 1x4, allx2]}, block:4x8]"
    #expect(try folder.faults(Lines.with([7: line])) == "")
  }

  @Test("refuses an axis that a tensor does not have")
  func missingAxis() throws {
    try check(
      7, "granularities: [channel: [1, 3]]",
      [
        (
          30,
          "tensor 'gaussian-4x8-0' of shape [4, 8] has no axis 3; expected an axis from 0 to 1"
        )
      ])
    #expect(
      try folder.faults(
        Lines.with(
          [7: "granularities: [tensor, channel:3]"], adding: "exclude: [{granularity: channel}]"))
        == "")
  }
}
