internal import Foundation
internal import ResultRecords

/// The head of a page that loads nothing.
///
/// Its content security policy enforces that: whatever names the page has, only its own script
/// runs, and nothing is requested from the network.
struct PageHead {
  let title: String
  /// The verb that writes the page.
  let verb: String
  let style: String
  /// The script of the page, if it has one.
  var script: String?

  var markup: Markup {
    Markup("head") {
      Markup("meta", ["charset": "utf-8"])
      Markup("meta", ["http-equiv": "Content-Security-Policy", "content": policy])
      Markup("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
      Markup("meta", ["name": "color-scheme", "content": "light dark"])
      Markup("meta", ["name": "generator", "content": "rangelab \(verb)"])
      Markup("link", ["rel": "icon", "href": "data:,"])
      Markup("title") { title }
      Markup("style") { Markup.verbatim(style) }
    }
  }

  /// A policy without network access that permits the script by its hash.
  private var policy: String {
    let script = script.map { text in
      let digits = Array(ContentHash.of(text))
      let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(digits[$0..<$0 + 2]), radix: 16)
      }
      return "script-src 'sha256-\(Data(bytes).base64EncodedString())'; "
    }
    return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \(script ?? "")"
      + "base-uri 'none'; form-action 'none'"
  }
}
