import _TestSupport

extension GradientCase {
  /// Operators that move elements.
  static let shapes: [GradientCase] = reshapings + joins + picks + moves + sizes

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
    GradientCase(
      title: "Dropout with a mask that nobody reads", variables: [Variable("x", [2, 3])],
      operations: [.init("Dropout", ["x"], ["y", "mask"])]),
    GradientCase(
      title: "Cast to float64 and back", variables: [Variable("x", [2, 3])],
      operations: [
        .init("Cast", ["x"], ["wide"], ["to": .int(11)]), .init("Neg", ["wide"], ["negative"]),
        .init("Cast", ["negative"], ["y"], ["to": .int(1)]),
      ], reference: { values in values[0].map { -$0 } }, isDouble: false),
    // What is rounded has no gradient, so that all of it comes by the other way.
    GradientCase(
      title: "Cast to whole numbers", variables: [Variable("x", [4], in: 0.6...3.2)],
      operations: [
        .init("Cast", ["x"], ["whole"], ["to": .int(7)]),
        .init("Cast", ["whole"], ["number"], ["to": .int(11)]),
        .init("Mul", ["x", "number"], ["y"]),
      ]),
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
    moving("Tile", [2, 3], integers: ["repeats": [2, 3]]),
    GradientCase(
      title: "GatherElements with one twice", variables: [Variable("x", [3, 4])],
      integers: ["flat": [0, 2, -1, 1, 0, 0, 2, 2], "shape": [2, 4]],
      operations: [
        .init("Reshape", ["flat", "shape"], ["indices"]),
        .init("GatherElements", ["x", "indices"], ["y"]),
      ]),
    GradientCase(
      title: "GatherND of rows", variables: [Variable("x", [2, 3, 2])],
      integers: ["flat": [0, 2, 1, -1, 0, 2], "shape": [3, 2]],
      operations: [
        .init("Reshape", ["flat", "shape"], ["indices"]),
        .init("GatherND", ["x", "indices"], ["y"]),
      ]),
  ]

  private static let moves: [GradientCase] = [
    moving("DepthToSpace with channels apart", [2, 8, 2, 3], ["blocksize": .int(2)]),
    moving(
      "DepthToSpace with channels side by side", [2, 8, 2, 3],
      ["blocksize": .int(2), "mode": .text("CRD")]),
    moving("SpaceToDepth", [2, 3, 4, 6], ["blocksize": .int(2)]),
    moving("Pad with zeros", [2, 3], integers: ["pads": [1, 0, 2, 3]]),
    moving("Pad and cut", [4, 5], integers: ["pads": [-1, 2, 1, -2]]),
    moving(
      "Pad by reflection", [3, 4], integers: ["pads": [1, 2, 2, 3]], ["mode": .text("reflect")]),
    moving("Pad by the edge", [3, 4], integers: ["pads": [0, 2, 1, 3]], ["mode": .text("edge")]),
    GradientCase(
      title: "Pad of an axis, with a value that is a parameter",
      variables: [Variable("x", [2, 3]), Variable("z", [], in: 0.2...0.4, seed: 2)],
      integers: ["axes": [1], "pads": [1, 2]],
      operations: [.init("Pad", ["x", "pads", "z", "axes"], ["y"])], operatorSet: 18),
  ]

  /// Two planes of 3 x 4 at another size.
  private static func resizing(
    _ title: String, to size: [Int], scales: [Float]?,
    _ attributes: KeyValuePairs<String, ModelSketch.Value>,
    _ weights: @escaping @Sendable (Int, Int, Double) -> [(place: Int, weight: Double)]
  ) -> GradientCase {
    var operations: [ModelSketch.Operation] = []
    if let scales {
      operations.append(
        .init(
          "Constant", [], ["scales"], ["value": .tensor(.init("scales", [4], [1, 1] + scales))]))
    }
    operations.append(
      .init(
        "Resize", scales == nil ? ["x", "", "", "sizes"] : ["x", "", "scales"], ["y"], attributes))
    return GradientCase(
      title: "Resize \(title)", variables: [Variable("x", [1, 2, 3, 4])],
      integers: scales == nil ? ["sizes": [1, 2] + size] : [:], operations: operations,
      reference: { DoubleReference.resized($0[0], [3, 4], to: size, weights) }, isDouble: false)
  }

  private static let sizes: [GradientCase] = [
    resizing(
      "to the nearest, by scales", to: [6, 8], scales: [2, 2],
      [
        "coordinate_transformation_mode": .text("asymmetric"), "mode": .text("nearest"),
        "nearest_mode": .text("floor"),
      ]
    ) { index, _, scale in [(Int(Double(index) / scale), 1)] },
    resizing("linear, by sizes", to: [5, 2], scales: nil, ["mode": .text("linear")]) {
      index, length, scale in
      let place = (Double(index) + 0.5) / scale - 0.5
      let (left, part) = (Int(place.rounded(.down)), place - place.rounded(.down))
      return [(max(0, left), 1 - part), (min(length - 1, left + 1), part)]
    },
  ]
}
