import Foundation

/// Ten random data sets and what scipy says of them; `Tests/scripts/scipy_statistics.py` writes it.
struct ScipyStatistics: Decodable {
  struct DataSet: Decodable, CustomStringConvertible {
    let values: [[Double]]
    let firstRanks: [Double]
    let meanRanks: [Double]
    let mean: Double
    let median: Double
    let wilcoxonStatistics: [Double]
    let wilcoxonPValues: [Double]
    let holm: [Double]
    let friedmanChiSquared: Double
    let friedmanPValue: Double
    let imanDavenportF: Double
    let imanDavenportPValue: Double
    let criticalDifferences: [Double]
    let bootstrap: [Double]

    var treatments: Int { values.first?.count ?? 0 }
    var description: String { "\(values.count) blocks of \(treatments)" }

    func column(_ treatment: Int) -> [Double] { values.map { $0[treatment] } }

    /// The differences of every pair of treatments, in the order of the file.
    var pairDifferences: [[Double]] {
      (0..<treatments).flatMap { first in
        (first + 1..<treatments).map { second in
          zip(column(first), column(second)).map { $0 - $1 }
        }
      }
    }
  }

  let levels: [Double]
  let dataSets: [DataSet]

  static func load() throws -> ScipyStatistics {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "scipy_statistics.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(ScipyStatistics.self, from: Data(contentsOf: file))
  }
}
