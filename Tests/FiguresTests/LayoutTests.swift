import Figures
import Testing

@Suite struct LayoutTests {
  @Test("labels that do not touch stay; those that do share the shift")
  func spread() {
    #expect(Spread.middles([10, 50], sizes: [10, 10], within: 0...100) == [10, 50])
    #expect(Spread.middles([20, 20], sizes: [10, 10], within: 0...100) == [15, 25])
    #expect(Spread.middles([30, 20, 22], sizes: [10, 10, 10], within: 0...100) == [34, 14, 24])
    #expect(Spread.middles([1, 99], sizes: [10, 10], within: 0...100) == [5, 95])
    #expect(Spread.middles([99, 98], sizes: [10, 10], within: 0...100) == [95, 85])
  }

  @Test("whatever the wishes, spread labels touch no more than their edges and stay inside")
  func spreadLaw() {
    for seed in 0..<200 {
      let wishes = (0..<12).map { Double(($0 * $0 * 31 + seed * 17) % 97) }
      let sizes = (0..<12).map { Double(3 + ($0 + seed) % 5) }
      let middles = Spread.middles(wishes, sizes: sizes, within: 0...100)
      let order = middles.indices.sorted { middles[$0] < middles[$1] }
      for (low, high) in zip(order, order.dropFirst()) {
        #expect(middles[low] + sizes[low] / 2 <= middles[high] - sizes[high] / 2 + 1e-9)
        #expect(wishes[low] <= wishes[high])
      }
      for index in order {
        #expect(middles[index] - sizes[index] / 2 >= -1e-9)
        #expect(middles[index] + sizes[index] / 2 <= 100 + 1e-9)
      }
    }
  }

  @Test("no pole goes through a flag, and no flag lies on another")
  func flags() {
    for seed in 0..<200 {
      let poles = (0..<14).map { Double(($0 * $0 * 53 + seed * 29) % 600) }
      let widths = (0..<14).map { Double(20 + ($0 * 37 + seed) % 120) }
      let flags = Flags(poles: poles, widths: widths, within: 0...600)
      #expect(flags.flags.count == 14)
      for (index, flag) in flags.flags.enumerated() {
        #expect(flag.row < flags.rows)
        let span =
          flag.isLeft
          ? (poles[index] - widths[index], poles[index])
          : (poles[index], poles[index] + widths[index])
        for (other, second) in flags.flags.enumerated() where other != index {
          let isAbove = second.row > flag.row
          let isWithin = poles[other] > span.0 && poles[other] < span.1
          #expect(!(isAbove && isWithin), "seed \(seed): \(other) goes through \(index)")
          guard second.row == flag.row, second.isLeft == flag.isLeft else { continue }
          #expect(
            abs(poles[other] - poles[index])
              >= (flag.isLeft == (poles[other] > poles[index]) ? widths[other] : widths[index]))
        }
      }
    }
  }

  @Test("text is as wide as in Helvetica, bold is wider, and a fitted name fits")
  func text() {
    // 0.667 + 0.278 + 0.556 of the size, from the font's own table.
    #expect(abs(TextMetrics.width("A 1", .label) - 12 * 1.501) < 1e-9)
    #expect(TextMetrics.width("mmm", .strong) > TextMetrics.width("mmm", .label))
    let name = "aciq-grid[distribution=gaussian]"
    #expect(TextMetrics.fitted(name, .label, within: 500) == name)
    let short = TextMetrics.fitted(name, .label, within: 80)
    #expect(short.hasPrefix("aciq") && short.hasSuffix("n]") && short.contains("…"))
    #expect(TextMetrics.width(short, .label) <= 80)
    let lines = TextMetrics.wrapped("one two three four", .label, within: 60)
    #expect(lines.joined(separator: " ") == "one two three four" && lines.count > 1)
    #expect(lines.allSatisfy { TextMetrics.width($0, .label) <= 60 })
  }
}
