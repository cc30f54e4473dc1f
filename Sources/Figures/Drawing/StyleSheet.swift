/// The style rules of one figure: light by default, dark if the reader's screen is.
///
/// All rules are below the class `rl` of the root element, and only used rules are written. So
/// several figures on one page agree with each other and do not affect the page. A page with a
/// switch sets `data-theme` to `light` or `dark` on an element around the figures. Printed figures
/// are always light.
struct StyleSheet {
  var fills: Set<Paint> = []
  var strokes: Set<Paint> = []
  var styles: Set<TextStyle> = []

  var text: String {
    let fonts = styles.sorted { $0.rawValue < $1.rawValue }.map { style in
      ".rl .rl-\(style.rawValue){font-size:\(Canvas.number(style.size))px"
        + (style.isBold ? ";font-weight:700" : "") + "}"
    }
    return """
      .rl text{font-family:\(TextMetrics.fontFamily);font-weight:400}
      .rl .rl-halo{paint-order:stroke;stroke-width:3px;stroke-linejoin:round}
      \(fonts.joined(separator: "\n"))
      \(rules(.light, below: ""))
      @media screen and (prefers-color-scheme:dark){
      \(rules(.dark, below: ""))
      }
      @media screen{
      \(rules(.light, below: "[data-theme=light] "))
      \(rules(.dark, below: "[data-theme=dark] "))
      }
      """
  }

  private func rules(_ theme: Theme, below ancestor: String) -> String {
    func rules(_ paints: Set<Paint>, _ letter: String, _ property: String) -> [String] {
      paints.sorted { $0.className < $1.className }.map { paint in
        "\(ancestor).rl .rl-\(letter)-\(paint.className){\(property):\(theme.color(paint).css)}"
      }
    }
    return (rules(fills, "f", "fill") + rules(strokes, "s", "stroke")).joined(separator: "\n")
  }
}
