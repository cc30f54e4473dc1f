internal import ResultRecords

/// Which rule keeps most of a network at each width, and how certain that is.
package struct NetworkVerdict: Sendable {
  /// A network at a width, over all of its settings.
  package struct Row: Sendable {
    /// The network.
    package let model: String
    /// Bits of weights and activations.
    package let bits: Int
    /// The way that keeps most.
    package let leader: NetworkWidth.Entry
    /// The setting of the leader, if the network has several.
    package let setting: NetworkSetting?
    /// The number of ways with figures.
    package let taking: Int
    /// How many of the other ways cannot be told from the leader: their 95 % intervals overlap its own.
    package let level: Int

    /// Whether no other way can be told from the leader.
    package var isOpen: Bool { taking > 1 && level == taking - 1 }
    /// Whether the leader differs from the float network by more than chance; nil without labels.
    package var isLoss: Bool? { leader.figures.pValue.map { $0 < NetworkVerdict.level } }
  }

  /// The level of McNemar's test against the float network.
  package static let level = 0.01

  /// The rows, network by network, in the order of the table.
  package let rows: [Row]

  /// Judges the boards of an experiment.
  package init(_ boards: [NetworkBoard]) {
    var networks: [[NetworkBoard]] = []
    for board in boards {
      if let index = networks.firstIndex(where: { $0[0].isSameNetwork(as: board) }) {
        networks[index].append(board)
      } else {
        networks.append([board])
      }
    }
    rows = networks.flatMap { boards in
      var bits: [Int] = []
      for width in boards.flatMap(\.widths) where !bits.contains(width.bits) {
        bits.append(width.bits)
      }
      return bits.compactMap { Self.row(boards, $0) }
    }
  }

  private static func row(_ boards: [NetworkBoard], _ bits: Int) -> Row? {
    let entries = boards.flatMap { board in
      board.widths.filter { $0.bits == bits }.flatMap { $0.entries }
    }
    guard let leader = NetworkWidth.leader(of: entries) else { return nil }
    let apart = entries.count { $0.isApart(from: leader) }
    let hasLabels = leader.figures.right != nil
    return Row(
      model: leader.record.key.model, bits: bits, leader: leader,
      setting: boards.count > 1 ? NetworkSetting(leader.record.key) : nil, taking: entries.count,
      level: hasLabels ? entries.count - 1 - apart : 0)
  }

  /// The rows of each network, in the order of the table.
  package var networks: [[Row]] {
    rows.reduce(into: []) { networks, row in
      let last = networks.last?.last?.leader.record.key
      let key = row.leader.record.key
      if let last, last.model == key.model, last.data == key.data {
        networks[networks.count - 1].append(row)
      } else {
        networks.append([row])
      }
    }
  }
}

extension NetworkBoard {
  fileprivate func isSameNetwork(as other: NetworkBoard) -> Bool {
    setting.model == other.setting.model && setting.data == other.setting.data
  }
}
