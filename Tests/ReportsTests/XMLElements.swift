import Foundation
import FoundationXML

/// The elements of an XML document as an independent parser reads them.
final class XMLElements: NSObject, XMLParserDelegate {
  struct Element {
    let name: String
    let attributes: [String: String]
    let parent: String?
  }

  struct Fault: Error { let line: Int }

  /// In document order.
  private(set) var all: [Element] = []
  private var open: [String] = []

  /// Parses a document; what is not well-formed throws.
  init(_ text: String) throws {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    guard parser.parse() else { throw Fault(line: parser.lineNumber) }
  }

  func named(_ name: String) -> [Element] { all.filter { $0.name == name } }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    all.append(Element(name: name, attributes: attributes, parent: open.last))
    open.append(name)
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }
}
