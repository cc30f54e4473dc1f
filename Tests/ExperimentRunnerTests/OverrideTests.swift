import _TestSupport
import ExperimentRunner
import QuantizationCore
import Testing

@Suite struct OverrideTests {
  let folder: Workspace

  init() throws { folder = try Workspace() }

  private let swept = Lines.with([3: "  - synthetic: {distribution: student-t, shape: [4, 8]}"])

  @Test("replaces values, adds keys, and lets a later option see an earlier one")
  func applies() throws {
    let manifest = try folder.load(
      swept,
      [
        "bits=[2,3]", "seed=7", "tensors[0].synthetic.dof=[5, 6]", "bits[1]=16",
        "tensors.0.synthetic.shape=[3]", "name=other", "description=a=b",
      ])
    #expect(manifest.formats.map(\.bits.count) == [2, 16])
    #expect(manifest.seed == 7)
    #expect(manifest.name == "other")
    #expect(manifest.description == "a=b")
    #expect(manifest.tensors.map(\.name) == ["student-t[dof=5]-3-0", "student-t[dof=6]-3-0"])
  }

  @Test("is applied before anything is checked")
  func repairs() throws {
    #expect(try folder.faults(Lines.with([5: "bits: [99]"]), ["bits=[4]"]) == "")
  }

  @Test(
    "refuses an option that addresses nothing or says nothing",
    arguments: [
      ("bits.x=3", "'bits' is a list without an element 'x'; expected an index from 0 to 1"),
      ("bits[7]=3", "'bits' is a list without an element '7'; expected an index from 0 to 1"),
      (
        "name.x=3", "'name' is a single value, nothing in it can be set; expected a path to a value"
      ),
      (
        "tensrs[0].x=1",
        "the manifest has no key 'tensrs'; expected one of name, tensors, estimators, bits, "
          + "schemes, granularities; did you mean 'tensors'?"
      ),
      ("bits", "not an override; expected path=value, such as seed=7 or bits=[4,8]"),
      ("=3", "not an override; expected path=value, such as seed=7 or bits=[4,8]"),
      ("a..b=3", "not an override; expected path=value, such as seed=7 or bits=[4,8]"),
      ("bits[10=3", "not an override; expected path=value, such as seed=7 or bits=[4,8]"),
      (
        "seed=[",
        "not YAML: did not find expected node content (while parsing a flow node)"
      ),
      ("bits=[4, 99]", "bits is '99'; expected a whole number from 2 to 16"),
      ("seed=", "seed is nothing; expected a whole number from 0 to 18446744073709551615"),
      (
        "sede=1",
        "the manifest has no key 'sede'; expected one of name, description, seed, tensors, "
          + "models, estimators, bits, schemes, formats, granularities, calibration, exclude, nonfinite; did you mean 'seed'?"
      ),
    ])
  func faults(option: String, fault: String) throws {
    #expect(try folder.faults(swept, [option]) == "--set \(option): error: \(fault)")
  }

  @Test("reports faults of options after those of the text, in order")
  func order() throws {
    let text = Lines.with([5: "bits: 99"])
    let faults = try folder.faults(text, ["seed=x", "nonfinite=y"]).split(separator: "\n")
    #expect(faults.count == 5)
    #expect(faults[0].hasPrefix("m.yaml:5:7: error:"))
    #expect(faults[3].hasPrefix("--set seed=x: error:"))
    #expect(faults[4].hasPrefix("--set nonfinite=y: error:"))
  }
}
