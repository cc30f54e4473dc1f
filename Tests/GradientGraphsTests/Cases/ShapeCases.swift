import _TestSupport

extension GradientCase {
  /// Operators that move elements.
  static let shapes: [GradientCase] = reshapings + joins + picks

  private static func moving(
    _ title: String, _ shape: [Int], integers: [String: [Int]] = [:],
    _ attributes: KeyValuePairs<String, ModelSketch.Value> = [:]
  ) -> GradientCase {
    let operation = title.split(separator: " ").first.map(String.init) ?? ""
    return GradientCase(
      title: title, variables: [Variable("x", shape)], integers: integers,
      operations: [.init(operation, ["x"] + integers.keys.sorted(), ["y"], attributes)])
  }

  private static let reshapings: [GradientCase] = [
    moving("Reshape", [2, 6], integers: ["shape": [3, -1, 2]]),
    moving("Flatten", [2, 3, 2], ["axis": .int(2)]),
    moving("Squeeze", [2, 1, 3, 1], integers: ["axes": [1]]),
    moving("Squeeze of all axes", [2, 1, 3, 1]),
    moving("Unsqueeze", [2, 3], integers: ["axes": [0, -1]]),
    moving("Transpose in an order", [2, 3, 4], ["perm": .ints([2, 0, 1])]),
    moving("Transpose reversed", [2, 3, 4]),
    moving("Expand", [3, 1], integers: ["shape": [2, 3, 4]]),
    moving("Identity", [2, 3]),
    moving("Dropout", [2, 3]),
  ]

  private static let joins: [GradientCase] = [
    GradientCase(
      title: "Concat",
      variables: [
        Variable("a", [2, 1, 2]), Variable("b", [2, 3, 2], seed: 2),
        Variable("c", [2, 2, 2], seed: 3),
      ], operations: [.init("Concat", ["a", "b", "c"], ["y"], ["axis": .int(1)])]),
    GradientCase(
      title: "Concat along the last axis",
      variables: [Variable("a", [2, 1]), Variable("b", [2, 3], seed: 2)],
      operations: [.init("Concat", ["a", "b"], ["y"], ["axis": .int(-1)])]),
    GradientCase(
      title: "Split into parts", variables: [Variable("x", [2, 6])],
      integers: ["parts": [1, 2, 3]],
      operations: [
        .init("Split", ["x", "parts"], ["p", "q", "r"], ["axis": .int(1)]),
        .init("Concat", ["r", "p", "q"], ["s"], ["axis": .int(1)]), .init("Tanh", ["s"], ["y"]),
      ]),
    GradientCase(
      title: "Split with an unused part", variables: [Variable("x", [6, 2])],
      operations: [
        .init("Split", ["x"], ["p", "q", "r"]), .init("Mul", ["r", "q"], ["y"]),
      ]),
  ]

  private static func picking(
    _ title: String, _ shape: [Int], _ integers: KeyValuePairs<String, [Int]>
  ) -> GradientCase {
    GradientCase(
      title: "Slice \(title)", variables: [Variable("x", shape)],
      integers: Dictionary(uniqueKeysWithValues: integers.map { ($0.key, $0.value) }),
      operations: [.init("Slice", ["x"] + integers.map(\.key), ["y"])])
  }

  private static func gathering(
    _ title: String, _ shape: [Int], _ indices: [Int], axis: Int
  ) -> GradientCase {
    GradientCase(
      title: "Gather \(title)", variables: [Variable("x", shape)], integers: ["indices": indices],
      operations: [.init("Gather", ["x", "indices"], ["y"], ["axis": .int(axis)])])
  }

  private static let picks: [GradientCase] = [
    picking("of one axis", [5, 4], ["starts": [1], "ends": [4]]),
    picking(
      "by steps", [7, 4], ["starts": [1, 0], "ends": [7, 4], "axes": [0, 1], "steps": [2, 3]]),
    picking("backwards", [5, 3], ["starts": [-1], "ends": [-100], "axes": [0], "steps": [-2]]),
    gathering("of rows, one twice", [4, 3], [2, 0, 2, -1], axis: 0),
    gathering("of columns", [2, 4, 3], [3, 1, 1], axis: 1),
    gathering("of a list", [5], [4, 4, 0], axis: 0),
  ]
}
