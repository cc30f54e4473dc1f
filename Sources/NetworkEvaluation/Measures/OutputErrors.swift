internal import Foundation

/// How far the outputs of one model are from those of another on the same samples.
package struct OutputErrors: Sendable {
  private var squares = 0.0
  private var reference = 0.0
  private var other = 0.0
  private var products = 0.0
  private var divergence = 0.0
  private var rows = 0
  private var count = 0

  /// Nothing compared yet.
  package init() {}

  /// Adds the outputs for some samples.
  ///
  /// - Parameters:
  ///   - float: The outputs of the reference.
  ///   - quantized: The outputs of the other, as many.
  ///   - width: The values of one sample's last axis, which are scores of classes or a vector.
  package mutating func add(_ float: [Float], _ quantized: [Float], width: Int) {
    precondition(float.count == quantized.count && width > 0, "outputs of one shape")
    count += float.count
    for (x, y) in zip(float, quantized) {
      let (x, y) = (Double(x), Double(y))
      squares += (x - y) * (x - y)
      reference += x * x
      other += y * y
      products += x * y
    }
    for start in stride(from: 0, to: float.count - width + 1, by: width) {
      divergence += Self.divergence(
        float[start..<start + width], quantized[start..<start + width])
      rows += 1
    }
  }

  /// The mean of the squared differences.
  package var meanSquaredError: Double { count > 0 ? squares / Double(count) : .nan }

  /// The mean of the squares of the reference.
  package var signal: Double { count > 0 ? reference / Double(count) : .nan }

  /// `10 log10(sum x^2 / sum (x - y)^2)` in decibels; infinite where nothing differs.
  package var signalToNoise: Double {
    squares > 0 ? 10 * log10(reference / squares) : .infinity
  }

  /// The cosine of the angle between all outputs of one and of the other; 1 where nothing differs.
  package var cosine: Double {
    squares > 0 ? products / (reference.squareRoot() * other.squareRoot()) : 1
  }

  /// The mean of the Kullback-Leibler divergences of the distributions over the last axis, in nats.
  package var meanDivergence: Double { rows > 0 ? divergence / Double(rows) : .nan }

  /// `sum p log(p/q)`, where scores that are no probabilities yet become some by the softmax.
  private static func divergence(_ float: ArraySlice<Float>, _ quantized: ArraySlice<Float>)
    -> Double
  {
    let (p, q) = (probabilities(float), probabilities(quantized))
    return zip(p, q).reduce(0) { sum, pair in
      pair.0 > 0 ? sum + pair.0 * log(pair.0 / max(pair.1, .leastNormalMagnitude)) : sum
    }
  }

  private static func probabilities(_ row: ArraySlice<Float>) -> [Double] {
    let values = row.map(Double.init)
    let sum = values.reduce(0, +)
    if values.allSatisfy({ $0 >= 0 }), abs(sum - 1) < 1e-3 { return values.map { $0 / sum } }
    let most = values.max() ?? 0
    let powers = values.map { exp($0 - most) }
    let all = powers.reduce(0, +)
    return powers.map { $0 / all }
  }
}
