package import Figures
internal import QuantizationCore
package import ResultRecords
package import TensorIO

/// Figures of several tensors, for pages.
extension TensorFigures {
  /// The figures of every tensor with a profile, by its name.
  ///
  /// A page with every grid of every tensor would be too large to read. So each tensor has the
  /// histogram and the error curve on a few grids that have results: grids of the first scheme,
  /// from the narrowest of at least 4 bits to wider ones, then narrower ones.
  ///
  /// - Parameters:
  /// - profiles: The profiles of an experiment.
  /// - records: The results of the experiment.
  /// - shown: The tensors to draw; nil for all of them.
  /// - gridLimit: The greatest number of grids for each tensor.
  package static func byTensor(
    _ profiles: [TensorProfile], records: [ResultRecord], shown: [ExactName]? = nil,
    gridLimit: Int = 1
  ) -> [ExactName: [Figure]] {
    let slugs = slugs(of: profiles.map(\.tensor))
    let kept = shown.map(Set.init)
    func isShown(_ name: ExactName) -> Bool { kept?.contains(name) ?? true }
    let byTensor = Dictionary(
      grouping: records.lazy.filter { isShown($0.key.subjectName) }, by: \.key.subjectName)
    var found: [ExactName: [Figure]] = [:]
    for (profile, slug) in zip(profiles, slugs) where isShown(profile.subjectName) {
      let own = byTensor[profile.subjectName] ?? []
      let figures = TensorFigures(profile, records: own, slug: slug)
      let grids = preferred(
        profile.grids.map(\.grid).filter { figures.hasRange(on: $0) })
      found[profile.subjectName] = grids.prefix(gridLimit).flatMap { figures.figures(on: $0) }
    }
    return found
  }

  /// Unique beginnings of file names; tensors may have names that differ in punctuation only.
  static func slugs(of names: [String]) -> [String] {
    var used: Set<String> = []
    var counts: [String: Int] = [:]
    return names.map { name in
      let base = slug(name)
      var slug = base
      while !used.insert(slug).inserted {
        counts[base, default: 1] += 1
        slug = "\(base)-\(counts[base] ?? 0)"
      }
      return slug
    }
  }

  private static func preferred(_ grids: [CodeGrid]) -> [CodeGrid] {
    func rank(_ grid: CodeGrid) -> Int {
      let family = grid.family.rank
      let bits = grid.bits.count
      return family * 100 + (bits >= 4 ? bits : 50 - bits)
    }
    return grids.sorted { rank($0) < rank($1) }
  }
}
