import Foundation
import FoundationXML

/// A page as an independent XML parser reads it: its elements in order, with their text.
final class PageDocument: NSObject, XMLParserDelegate {
  final class Element {
    let name: String
    let attributes: [String: String]
    let ancestors: [String]
    fileprivate(set) var text = ""

    init(name: String, attributes: [String: String], ancestors: [String]) {
      (self.name, self.attributes, self.ancestors) = (name, attributes, ancestors)
    }

    subscript(attribute: String) -> String? { attributes[attribute] }
  }

  struct Fault: Error { let line: Int }

  /// In document order.
  private(set) var all: [Element] = []
  private var open: [Element] = []

  /// Parses a page; what is not well-formed throws.
  ///
  /// The script stands as it is in HTML, where it is no markup, so it is taken out first.
  init(_ html: String) throws {
    super.init()
    let parts = html.split(
      separator: #/<script>(?s:.*?)</script>/#, omittingEmptySubsequences: false)
    let text = parts.joined(separator: "<script></script>")
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    guard parser.parse() else { throw Fault(line: parser.lineNumber) }
  }

  func named(_ name: String) -> [Element] { all.filter { $0.name == name } }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    let element = Element(name: name, attributes: attributes, ancestors: open.map(\.name))
    all.append(element)
    open.append(element)
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    for element in open { element.text += text }
  }
}
