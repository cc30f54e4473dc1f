package import Figures
internal import Foundation
internal import QuantizationCore
internal import ResultRecords

/// A self-contained page about tensors, without script and external references.
///
/// It follows the reader's light or dark setting, and has the same bytes for the same data.
package struct InspectionPage: Sendable {
  /// The greatest number of tensors on a page; `inspect` prints all of them.
  package static let mostTensors = 50

  private let sections: [Section]
  private let omittedCount: Int

  private struct Section: Sendable {
    let inspection: Inspection
    /// The figures of each grid, in the order of the profile.
    let figures: [[Figure]]
  }

  /// Draws the figures of the first ``mostTensors`` tensors.
  ///
  /// - Parameter count: The number of tensors, if not all are given.
  package init(_ inspections: [Inspection], of count: Int? = nil) {
    let shown = inspections.prefix(Self.mostTensors)
    omittedCount = (count ?? inspections.count) - shown.count
    let slugs = TensorFigures.slugs(of: shown.map(\.profile.tensor))
    sections = zip(shown, slugs).map { inspection, slug in
      Section(inspection: inspection, figures: inspection.figures(slug: slug))
    }
  }

  /// Every figure of the page.
  package var figures: [Figure] { sections.flatMap { $0.figures.flatMap { $0 } } }

  /// The page.
  package var html: String {
    let names =
      sections.map(\.inspection.profile.tensor).joined(separator: ", ")
      + (omittedCount > 0 ? " and \(NumberFormat.count(omittedCount)) more" : "")
    let head = PageHead(title: "Tensors inspected: \(names)", verb: "inspect", style: Self.style)
    return """
      <!DOCTYPE html>
      <html lang="en">
      \(head.markup.html)      <body>
      <main>
      \(([omitted] + sections.map(Self.html)).filter { !$0.isEmpty }.joined(separator: "\n"))
      </main>
      </body>
      </html>

      """
  }

  /// The sentence about omitted tensors.
  private var omitted: String {
    omittedCount == 0
      ? ""
      : "<p>The first \(sections.count) of "
        + "\(NumberFormat.counted(sections.count + omittedCount, "tensor")); what "
        + "<code>rangelab inspect</code> prints has all of them.</p>"
  }

  private static func html(_ section: Section) -> String {
    let (inspection, profile) = (section.inspection, section.inspection.profile)
    let shape = Inspection.shapeText(profile.shape)
    let grids = zip(inspection.grids, section.figures).map { grid, figures in
      """
      <h2>\(grid.title)</h2>
      \(InspectionTable(inspection.choices(on: grid)).html)
      \(figures.map(drawing).joined(separator: "\n"))
      """
    }
    return """
      <section>
      <h1>\(XMLText.escaped(profile.tensor)) <small>\(XMLText.escaped(shape))</small></h1>
      \(statistics(profile))
      \(grids.joined(separator: "\n"))
      </section>
      """
  }

  /// A figure; if it is wider than the screen it scrolls, also by keyboard.
  private static func drawing(_ figure: Figure) -> String {
    """
    <figure class="wide" role="region" aria-label="\(XMLText.escaped(figure.title))" tabindex="0">
    \(figure.svg)</figure>
    """
  }

  private static func statistics(_ profile: TensorProfile) -> String {
    let rows = ProfileRemarks(profile).lines.map { line in
      "<tr><th scope=\"row\">\(XMLText.escaped(line.name))</th>"
        + "<td class=\"number\">\(XMLText.escaped(line.value))</td>"
        + "<td>\(XMLText.escaped(line.remark ?? ""))</td></tr>"
    }
    return """
      <div class="wide" role="region" aria-label="Statistics" tabindex="0"><table class="facts">
      <caption>What its values are</caption>
      \(rows.joined(separator: "\n"))
      </table></div>
      """
  }

  private static let style = """
    :root { color-scheme: light dark; --ink: #1b1b1b; --paper: #ffffff; --line: #c9c9c9;
      --quiet: #595959 }
    @media screen and (prefers-color-scheme: dark) {
      :root { --ink: #ececec; --paper: #161616; --line: #4a4a4a; --quiet: #a9a9a9 }
    }
    body { margin: 0; background: var(--paper); color: var(--ink);
      font: 16px/1.5 system-ui, sans-serif }
    main { max-width: 800px; margin: 0 auto; padding: 1rem }
    h1 { font-size: 1.5rem; overflow-wrap: anywhere; margin-top: 2rem }
    h1 small { font-weight: normal; color: var(--quiet) }
    h2 { font-size: 1.1rem; margin-top: 2rem }
    .wide { overflow-x: auto }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
    caption { text-align: left; color: var(--quiet) }
    th, td { text-align: left; font-weight: normal; padding: 0.2rem 0.6rem 0.2rem 0;
      border-bottom: 1px solid var(--line); vertical-align: top }
    thead th { color: var(--quiet) }
    .number { text-align: right; white-space: nowrap }
    figure { margin: 2rem 0 }
    figure svg { max-width: 100%; height: auto }
    @media screen and (max-width: 40rem) {
      figure svg { max-width: none; width: 42rem }
      .facts tr { display: grid; grid-template-columns: 1fr auto; border-bottom: 1px solid var(--line) }
      .facts :is(th, td) { border: 0 }
      .facts td:last-child { grid-column: 1 / -1; color: var(--quiet) }
      .facts td:empty { display: none }
    }
    """
}
