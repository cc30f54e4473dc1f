import _TestSupport
import ExperimentRunner
import QuantizationCore
import RangeEstimation
import TensorIO
import TensorSources
import Testing

@Suite struct ManifestExpansionTests {
  let folder: Workspace

  init() throws { folder = try Workspace() }

  private func tensors(_ entries: String...) throws -> [TensorReference] {
    try folder.load(Lines.with([3: entries.map { "  - \($0)" }.joined(separator: "\n")])).tensors
  }

  @Test("reads every key and expands every axis")
  func everything() throws {
    let manifest = try folder.load(
      """
      name: all-keys_1.0
      description: what it is about
      seed: 18446744073709551615
      tensors:
        - synthetic: {distribution: gaussian, shape: [4, 8]}
      estimators:
        - minmax
        - percentile: {p: [99, 99.9]}
        - percentile[p=99.99]
        - mse:
      bits: [2, 16, 4]
      schemes: [symmetric, affine:signed, {symmetric: [full, unsigned]}]
      granularities: [tensor, {channel: [0, 1]}, {group: [2, 100]}, group:3]
      nonfinite: skip
      """)
    #expect(manifest.name == "all-keys_1.0")
    #expect(manifest.description == "what it is about")
    #expect(manifest.seed == .max)
    #expect(manifest.path == folder.path + "/m.yaml")
    #expect(manifest.directory == folder.path)
    #expect(
      manifest.estimators.map(\.name) == [
        "minmax", "percentile[p=99]", "percentile[p=99.9]", "percentile[p=99.99]", "mse",
      ])
    #expect(manifest.formats.map(\.bits.count) == [2, 2, 2, 2, 16, 16, 16, 16, 4, 4, 4, 4])
    #expect(
      manifest.formats.prefix(4).map(\.family)
        == [.symmetricNarrow, .affineSigned, .symmetricFull, .symmetricUnsigned])
    #expect(
      manifest.granularities.map(\.description) == [
        "tensor", "channel:0", "channel:1", "group:2", "group:100", "group:3",
      ])
    #expect(manifest.nonFinite == .skip)
    #expect(manifest.exclusions.isEmpty)
  }

  @Test("fills in what may be left out")
  func defaults() throws {
    let manifest = try folder.load(Lines.with([5: "bits: 8", 6: "", 7: ""]))
    #expect(manifest.seed == 0)
    #expect(manifest.description == nil)
    #expect(manifest.formats.map(\.bits.count) == [8])
    #expect(manifest.formats.map(\.family) == [.symmetricNarrow])
    #expect(manifest.granularities == [.tensor])
    #expect(manifest.nonFinite == .error)
  }

  @Test(
    "number formats stand beside bits and schemes, or alone; one that is there already is a fault")
  func formats() throws {
    let beside = try folder.load(
      Lines.with([5: "bits: 8\nformats: [nf4, mxfp4, int4-narrow]", 6: "", 7: ""]))
    #expect(beside.formats.map(\.description) == ["int8-narrow", "nf4", "mxfp4", "int4-narrow"])
    let alone = try folder.load(Lines.with([5: "formats: fp8-e4m3", 6: "", 7: ""]))
    #expect(alone.formats.map(\.description) == ["fp8-e4m3"])
    let twice = try folder.faults(
      Lines.with([5: "bits: 4\nformats: [int4-narrow]", 6: "", 7: ""]))
    #expect(twice.contains("number format 'int4-narrow' is listed twice"))
    let unknown = try folder.faults(Lines.with([5: "formats: [nf5]", 6: "", 7: ""]))
    #expect(unknown.contains("unknown number format 'nf5'"))
  }

  @Test("lists globs sorted, containers by member, and names files by their stems")
  func files() throws {
    try folder.writeNPY("data/b.npy", shape: [2, 3])
    try folder.writeNPY("data/a.npy", shape: [5])
    try folder.writeSafetensors("w.safetensors", members: ["fc2", "fc1"])
    let found = try tensors("file: data/*.npy", "file: w.safetensors")
    #expect(found.map(\.name) == ["a", "b", "w#fc1", "w#fc2"])
    #expect(found.map(\.shape) == [[5], [2, 3], [2, 2], [2, 2]])
    let files = found.compactMap { tensor in
      if case .file(let file) = tensor.origin { file } else { nil }
    }
    try #require(files.count == 4)
    #expect(files[0].path == folder.path + "/data/a.npy" && files[0].member == nil)
    #expect(files[0].relativePath == "data/a.npy")
    #expect(files[3].path == folder.path + "/w.safetensors" && files[3].member == "fc2")
    #expect(files[3].relativePath == "w.safetensors")
    for file in files { #expect(try TensorFile.open(file.specification).count == 1) }
  }

  @Test("selects members of containers, also of those that a glob finds")
  func members() throws {
    try folder.writeSafetensors("w1.safetensors", members: ["fc1", "fc2"])
    try folder.writeSafetensors("w2.safetensors", members: ["fc1", "fc2"])
    #expect(try tensors("file: w1.safetensors#fc2").map(\.name) == ["w1#fc2"])
    #expect(
      try tensors("file: 'w[12].safetensors#fc1'").map(\.name) == ["w1#fc1", "w2#fc1"])
  }

  @Test("takes a path that exists as it stands, whatever is special in it")
  func literalPaths() throws {
    try folder.writeNPY("a[1]#b.npy", shape: [2])
    #expect(try tensors("file: 'a[1]#b.npy'").map(\.name) == ["a[1]#b"])
    #expect(try tensors("file: 'a*'").map(\.name) == ["a[1]#b"])
  }

  @Test("sweeps every number and every shape of a synthetic tensor, draws varying fastest")
  func sweeps() throws {
    #expect(
      try tensors(
        "synthetic: {distribution: student-t, dof: [3, 5], shape: [[4], [2, 2]], count: 2}"
      ).map(\.name) == [
        "student-t[dof=3]-4-0", "student-t[dof=3]-4-1", "student-t[dof=5]-4-0",
        "student-t[dof=5]-4-1", "student-t[dof=3]-2x2-0", "student-t[dof=3]-2x2-1",
        "student-t[dof=5]-2x2-0", "student-t[dof=5]-2x2-1",
      ])
    #expect(
      try tensors(
        "synthetic: {distribution: relu, shape: [8], "
          + "outliers: {fraction: [0.1, 0.2], scale: 100}, "
          + "outlier_channels: {count: 2, scale: 3, axis: 0}, huge_outlier: [1e4, 10]}"
      ).map(\.name) == [
        "relu-8-outliers[fraction=0.1 scale=100]-outlier-channels[count=2 scale=3 axis=0]"
          + "-huge-outlier[value=10000]-0",
        "relu-8-outliers[fraction=0.1 scale=100]-outlier-channels[count=2 scale=3 axis=0]"
          + "-huge-outlier[value=10]-0",
        "relu-8-outliers[fraction=0.2 scale=100]-outlier-channels[count=2 scale=3 axis=0]"
          + "-huge-outlier[value=10000]-0",
        "relu-8-outliers[fraction=0.2 scale=100]-outlier-channels[count=2 scale=3 axis=0]"
          + "-huge-outlier[value=10]-0",
      ])
  }
}
