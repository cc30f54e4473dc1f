package import ResultRecords
package import ScientificMath

/// What networks are compared by.
package enum NetworkMeasure: CaseIterable, Sendable {
  /// The number of right answers; only with labels.
  case accuracy
  /// The signal-to-noise ratio of the outputs against the float network's.
  case sqnr
}

/// The rules of one network at one width: their tensor errors beside what they cost the network.
package struct NetworkWidth: Sendable {
  /// A rule with figures.
  package struct Entry: Sendable {
    /// The row.
    package let record: NetworkRecord
    /// Its figures.
    package let figures: NetworkRecord.Figures
    /// The geometric mean over the tensors of the network of the error of the rule divided by the least
    /// possible; nil without such cells.
    package let ratio: Double?

    /// The rule.
    package var name: String { record.key.estimator }

    /// The value of a measure, higher is better; nil for the accuracy without labels.
    ///
    /// What is no number is worse than any.
    package func goodness(_ measure: NetworkMeasure) -> Double? {
      switch measure {
      case .accuracy: figures.right.map(Double.init)
      case .sqnr: figures.outputSqnrDb.isNaN ? -.infinity : figures.outputSqnrDb
      }
    }

    /// Whether the accuracies of two rules have 95 % intervals without a common point.
    package func isApart(from other: Entry) -> Bool {
      guard let own = figures.interval, let others = other.figures.interval else { return false }
      return !own.overlaps(others)
    }
  }

  /// Bits of weights and activations.
  package let bits: Int
  /// The rules with figures, in the order of the table.
  package let entries: [Entry]

  init(_ bits: Int, _ rows: [NetworkRecord], _ tensors: Leaderboard?) {
    self.bits = bits
    entries = rows.compactMap { row in
      row.figures.map {
        Entry(record: row, figures: $0, ratio: tensors?.score(row.key.estimator).ratio)
      }
    }
  }

  /// The rule that keeps most: the most right answers and, among equals or without labels, the highest
  /// signal-to-noise ratio of the outputs.
  package var leader: Entry? { Self.leader(of: entries) }

  static func leader(of entries: [Entry]) -> Entry? {
    func order(_ entry: Entry) -> (Double, Double) {
      (entry.goodness(.accuracy) ?? 0, entry.goodness(.sqnr) ?? 0)
    }
    // The first of equals.
    return entries.reversed().max { order($0) < order($1) }
  }

  /// The rule with the least tensor error, the first of equals.
  package var leastError: Entry? {
    entries.filter { $0.ratio != nil }.min { ($0.ratio ?? 0) < ($1.ratio ?? 0) }
  }

  /// The place of a rule: one more than how many are better; nil without a value.
  package func place(of entry: Entry, by measure: NetworkMeasure) -> Int? {
    entry.goodness(measure).map { own in
      1 + entries.count { ($0.goodness(measure) ?? -.infinity) > own }
    }
  }

  /// The place of a rule by its tensor error; nil without one.
  package func place(byErrorOf entry: Entry) -> Int? {
    entry.ratio.map { own in 1 + entries.count { ($0.ratio ?? .infinity) < own } }
  }

  /// The rank correlation of the tensor errors of the rules with what they cost the network.
  ///
  /// It is 1 where the order is the same, and nil for fewer than six rules, or where all are equal.
  package func correlation(with measure: NetworkMeasure) -> RankCorrelation? {
    RankCorrelation(
      entries.compactMap { entry in
        guard let ratio = entry.ratio, let goodness = entry.goodness(measure) else { return nil }
        return (ratio, -goodness)
      })
  }
}

extension NetworkRecord.Figures {
  /// The 95 % interval of the accuracy (Wilson); nil without labels.
  package var interval: ClosedRange<Double>? { right.map { WilsonInterval.of($0, in: samples) } }
}
