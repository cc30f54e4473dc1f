internal import ArgumentParser
internal import NetworkQuantization

/// The options that choose nodes of a model.
struct PlacementOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The operators to quantize, or all; without it Conv, ConvTranspose, Gemm and MatMul.",
      valueName: "operator"))
  var operators: [String] = []

  @Option(help: ArgumentHelp("Quantize only nodes whose names match.", valueName: "regex"))
  var only: String?

  @Option(help: ArgumentHelp("Leave nodes whose names match in float.", valueName: "regex"))
  var exclude: String?

  func choice() throws -> PlacementChoice {
    do throws(NetworkError) {
      return try PlacementChoice(
        operators: operators, only: try pattern(only, "--only"),
        excluded: try pattern(exclude, "--exclude"))
    } catch {
      throw LabFailure.usage("--\(error)")
    }
  }

  private func pattern(
    _ text: String?, _ option: String
  ) throws(NetworkError) -> PlacementChoice.NodePattern? {
    guard let text else { return nil }
    guard (try? Regex(text)) != nil else {
      throw NetworkError(
        String(option.dropFirst(2)), "'\(text)' is no regular expression")
    }
    return (text, { name in (try? Regex(text).firstMatch(in: name)) != nil })
  }
}
