internal import ArgumentParser
internal import RangeEstimation
internal import TensorSources

/// `rangelab list`: lists estimators, sources, metrics, number formats, and formats of ranges.
struct ListCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List estimators, sources, metrics, codes or formats of ranges.",
    discussion: """
      EXAMPLES
        rangelab list estimators
        rangelab list sources --format json
        rangelab list formats --format markdown
      """)

  enum Topic: String, ExpressibleByArgument, CaseIterable {
    case estimators, sources, metrics, codes, formats
  }
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, markdown }

  @Argument(help: "What to list.") var topic: Topic
  @Option(help: "How the list is printed.") var format: Format = .text

  func run(with registry: EstimatorRegistry) throws {
    try reportingFailure {
      let entries =
        switch topic {
        case .estimators: registry.descriptors.map(CatalogEntry.init)
        case .sources: SyntheticTensor.families.map(CatalogEntry.init)
        case .metrics: CatalogEntry.metrics
        case .codes: CatalogEntry.codes
        case .formats: CatalogEntry.formats
        }
      switch format {
      case .json: print(try EstimateDocument.json(entries), terminator: "")
      case .markdown: print(CatalogEntry.table(entries), terminator: "")
      case .text: print(entries.map(\.text).joined(separator: "\n"), terminator: "")
      }
    }
  }
}
