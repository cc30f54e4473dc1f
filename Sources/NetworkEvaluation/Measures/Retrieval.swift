/// Finding the right document: row i of the queries belongs to row i of the documents.
package struct Retrieval: Hashable, Sendable {
  /// How many documents are nearer to each query than its own, by the inner product.
  package let ranks: [Int]

  /// Ranks the documents for each query.
  ///
  /// - Parameters:
  ///   - queries: Vectors of `width` numbers, row after row.
  ///   - documents: As many.
  ///
  /// Complexity: O(queries documents width).
  package init(queries: [Float], documents: [Float], width: Int) {
    precondition(queries.count == documents.count && width > 0, "a document for each query")
    let count = queries.count / width
    func product(_ query: Int, _ document: Int) -> Float {
      var sum: Float = 0
      for place in 0..<width {
        sum += queries[query * width + place] * documents[document * width + place]
      }
      return sum
    }
    ranks = (0..<count).map { query in
      let own = product(query, query)
      return (0..<count).count { $0 != query && product(query, $0) > own }
    }
  }

  /// Whether the nearest document is the right one, for each query.
  package var isFirst: [Bool] { ranks.map { $0 == 0 } }

  /// The mean of `1 / (1 + rank)`.
  package var meanReciprocalRank: Double {
    ranks.reduce(0) { $0 + 1 / Double(1 + $1) } / Double(max(1, ranks.count))
  }
}
