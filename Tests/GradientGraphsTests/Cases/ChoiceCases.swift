import _TestSupport

extension GradientCase {
  /// Operators that take one of their inputs, element by element, and sums of any number of inputs.
  static let choices: [GradientCase] = extremes + selections + many

  private static let three = [
    Variable("a", [2, 3, 4]), Variable("b", [3, 1], seed: 2), Variable("c", [2, 1, 4], seed: 3),
  ]

  private static let extremes: [GradientCase] = ["Max", "Min"].flatMap { operation in
    [
      GradientCase(
        title: "\(operation) of three, broadcast", variables: three,
        operations: [.init(operation, ["a", "b", "c"], ["y"])]),
      GradientCase(
        title: "\(operation) with a constant number", variables: [Variable("a", [5, 4])],
        numbers: ["c": 0.1], operations: [.init(operation, ["c", "a"], ["y"])]),
      // Both inputs have half of the gradient where they are equal: together all of it.
      GradientCase(
        title: "\(operation) of equal inputs", variables: [Variable("a", [5])],
        operations: [.init("Identity", ["a"], ["b"]), .init(operation, ["a", "b"], ["y"])]),
    ]
  }

  private static let selections: [GradientCase] = [
    GradientCase(
      title: "Where by a row of conditions",
      variables: [Variable("a", [3, 4]), Variable("b", [4], seed: 2)],
      integers: ["i": [0, 1, 0, 1], "j": [0, 0, 0, 1]],
      operations: [.init("Equal", ["i", "j"], ["is"]), .init("Where", ["is", "a", "b"], ["y"])]),
    GradientCase(
      title: "Where the condition has more axes", variables: [Variable("a", [3, 1])],
      integers: ["i": [0, 1, 0, 1], "j": [0, 0, 0, 1]], numbers: ["c": 2],
      operations: [.init("Equal", ["i", "j"], ["is"]), .init("Where", ["is", "c", "a"], ["y"])]),
    GradientCase(
      title: "PRelu with a slope for each channel",
      variables: [
        Variable("x", [2, 3, 4], in: -2...2), Variable("slope", [3, 1], in: 0.1...0.6, seed: 2),
      ],
      operations: [.init("PRelu", ["x", "slope"], ["y"])],
      reference: { values in
        values[0].enumerated().map { $1 > 0 ? $1 : $1 * values[1][$0 / 4 % 3] }
      }, isDouble: false),
  ]

  private static let many: [GradientCase] = [
    GradientCase(
      title: "Sum of three, broadcast", variables: three,
      operations: [.init("Sum", ["a", "b", "c"], ["y"])]),
    GradientCase(
      title: "Mean of three, broadcast", variables: three,
      operations: [.init("Mean", ["a", "b", "c"], ["y"])],
      reference: { values in
        (0..<24).map { place in
          let (plane, row, column) = (place / 12, place / 4 % 3, place % 4)
          return (values[0][place] + values[1][row] + values[2][plane * 4 + column]) / 3
        }
      }, isDouble: false),
  ]
}
