package import QuantizationCore
package import ResultRecords
internal import TensorIO

/// A column of a leaderboard: a bit width, or a number of calibration batches.
package struct LeaderboardColumn: Sendable {
  /// The property that the cells of a column share.
  package enum Kind: Hashable, Sendable {
    /// All cells of one bit width.
    case bits(BitWidth)
    /// Ranges chosen on this number of batches and measured on others.
    case calibration(Int)
    /// Ranges chosen and measured on the same values, next to held-out ones.
    case inSample
  }

  /// The kind of the column.
  package let kind: Kind

  /// A unique identifier in lower case.
  package var id: String {
    switch kind {
    case .bits(let bits): "b\(bits)"
    case .calibration(let count): "c\(count)"
    case .inSample: "all"
    }
  }

  /// The title in headings.
  package var title: String {
    switch kind {
    case .bits(let bits): "\(bits) bits"
    case .calibration(let count): counted(count, "batch", "batches")
    case .inSample: "in sample"
    }
  }

  /// Whether a cell belongs to the column.
  package func contains(_ key: ResultRecord.Key) -> Bool {
    switch kind {
    case .bits(let bits): key.grid.bits == bits
    case .calibration(let count): key.split?.calibration.count == count
    case .inSample: key.split == nil
    }
  }

  /// The columns of some results: numbers of calibration batches if batches are held out, otherwise
  /// bit widths.
  package static func columns(of keys: [ResultRecord.Key]) -> [LeaderboardColumn] {
    let sizes = Set(keys.compactMap { $0.split?.calibration.count }).sorted()
    guard !sizes.isEmpty else {
      return Set(keys.map(\.grid.bits)).sorted().map { LeaderboardColumn(kind: .bits($0)) }
    }
    return sizes.map { LeaderboardColumn(kind: .calibration($0)) }
      + (keys.contains { $0.split == nil } ? [LeaderboardColumn(kind: .inSample)] : [])
  }

  /// The columns for which an estimator is recommended: all except `in sample`, because no
  /// deployment knows its data in advance.
  package static func choices(_ columns: [LeaderboardColumn]) -> [LeaderboardColumn] {
    columns.filter { $0.kind != .inSample }
  }

  /// Whether the column has results on held-out batches.
  package var isHeldOut: Bool { if case .calibration = kind { true } else { false } }
}
