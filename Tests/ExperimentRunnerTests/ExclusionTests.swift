import _TestSupport
import ExperimentRunner
import QuantizationCore
import RangeEstimation
import Testing

@Suite struct ExclusionTests {
  let folder: Workspace

  init() throws { folder = try Workspace() }

  /// A manifest of 2 tensors, 3 estimators, 2 widths, 3 grids and 2 granularities.
  private func text(_ exclusions: String) -> String {
    Lines.with(
      [
        3: "  - synthetic: {distribution: gaussian, shape: [4, 8]}".replacing(
          "[gaussian]", with: "gaussian")
          + "\n  - synthetic: {distribution: student-t, shape: [4, 8]}",
        4: "estimators: [minmax, percentile: {p: [99, 99.9]}]",
        6: "schemes: [symmetric, affine, symmetric:full]",
        7: "granularities: [tensor, group:4]",
      ], adding: "exclude: [\(exclusions)]")
  }

  /// The cells that are left out, as text.
  private func excluded(_ exclusions: String) throws -> Set<String> {
    let manifest = try folder.load(text(exclusions))
    var cells: Set<String> = []
    for tensor in manifest.tensors {
      for estimator in manifest.estimators {
        for format in manifest.formats {
          for granularity in manifest.granularities
          where manifest.excludes(
            tensor: tensor.name, estimator: estimator.name, grid: format, granularity: granularity)
          {
            let family = format.family
            cells.insert(
              "\(tensor.name) \(estimator.name) \(format.bits) \(family.scheme):\(family.gridName) "
                + "\(granularity)")
          }
        }
      }
    }
    return cells
  }

  @Test(
    "leaves out the cells that match every key of an entry",
    arguments: [
      ("{estimator: percentile}", 48), ("{estimator: 'percentile[p=99.0]'}", 24),
      ("{bits: 4}", 36), ("{granularity: group}", 36), ("{granularity: 'group:4'}", 36),
      ("{scheme: symmetric}", 48), ("{grid: full}", 24), ("{tensor: 'gauss*'}", 36),
      ("{tensor: 'student-t[dof=3]-4x8-0'}", 36),
      ("{estimator: [minmax, percentile], bits: 4}", 36),
      ("{scheme: symmetric, grid: [full]}", 24),
      ("{bits: 4, tensor: gauss*, granularity: tensor, estimator: minmax, scheme: affine}", 1),
      ("{bits: 4}, {granularity: group}", 54),
    ])
  func counts(exclusions: String, count: Int) throws {
    #expect(try excluded(exclusions).count == count)
  }

  @Test("leaves out exactly the cell that is meant")
  func oneCell() throws {
    #expect(
      try excluded(
        "{bits: 8, tensor: stud*, granularity: 'group:4', estimator: 'percentile[p=99.9]', "
          + "grid: full}")
        == ["student-t[dof=3]-4x8-0 percentile[p=99.9] 8 symmetric:full group:4"])
  }

  @Test(
    "refuses names that are not in the manifest, and what excludes nothing or everything",
    arguments: [
      (
        "{estimator: minmx}", 23,
        "estimator 'minmx' is not in the manifest; expected one of minmax, percentile[p=99], "
          + "percentile[p=99.9]; did you mean 'minmax'?"
      ),
      ("{bits: [8, 5]}", 22, "bits '5' is not in the manifest; expected one of 4, 8"),
      (
        "{schme: affine}", 12,
        "an exclusion has no key 'schme'; expected one of estimator, bits, scheme, grid, "
          + "granularity, calibration, tensor; did you mean 'scheme'?"
      ),
      (
        "{grid: signed}", 18,
        "grid 'signed' is not in the manifest; expected one of narrow, unsigned, full; "
          + "did you mean 'unsigned'?"
      ),
      (
        "{granularity: channel}", 25,
        "granularity 'channel' is not in the manifest; expected one of tensor, group:4"
      ),
      (
        "{tensor: lap*}", 20,
        "tensor 'lap*' is not in the manifest; expected one of gaussian-4x8-0, "
          + "student-t[dof=3]-4x8-0"
      ),
      (
        "{scheme: affine, grid: full}", 11,
        "the exclusion matches no cell; expected a grid that the scheme has"
      ),
      (
        "{}", 11,
        "an exclusion without keys excludes everything; expected one of estimator, bits, scheme, "
          + "grid, granularity, calibration, tensor"
      ),
      (
        "{bits: 4}, {bits: 8}", 1,
        "every cell is excluded; expected at least one cell to be left"
      ),
    ])
  func faults(exclusions: String, column: Int, fault: String) throws {
    let text = text(exclusions)
    let line = 9
    #expect(
      try folder.faults(text) == ExpectedFault(line, column, fault).printed(in: text))
  }

  @Test("reports one slip once: a misspelled estimator is not missed by the exclusions too")
  func noEcho() throws {
    let text = Lines.with([4: "estimators: [minmax, kll]"], adding: "exclude: [{estimator: kl}]")
    #expect(try folder.faults(text).hasPrefix("m.yaml:4:22: error: unknown estimator 'kll'"))
    #expect(try folder.faults(text).split(separator: "\n").count == 3)
  }
}
