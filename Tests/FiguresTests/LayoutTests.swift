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

  @Test(
    "whatever middles are preferred, spread labels touch no more than their edges and stay inside")
  func spreadLaw() {
    for seed in 0..<200 {
      let preferred = (0..<12).map { Double(($0 * $0 * 31 + seed * 17) % 97) }
      let sizes = (0..<12).map { Double(3 + ($0 + seed) % 5) }
      let middles = Spread.middles(preferred, sizes: sizes, within: 0...100)
      let order = middles.indices.sorted { middles[$0] < middles[$1] }
      for (low, high) in zip(order, order.dropFirst()) {
        #expect(middles[low] + sizes[low] / 2 <= middles[high] - sizes[high] / 2 + 1e-9)
        #expect(preferred[low] <= preferred[high])
      }
      for index in order {
        #expect(middles[index] - sizes[index] / 2 >= -1e-9)
        #expect(middles[index] + sizes[index] / 2 <= 100 + 1e-9)
      }
    }
  }

  @Test("no flag lies on another or leaves the bounds; with room, no pole goes through one")
  func flags() {
    for (bounds, hasRoom) in [(-200.0...800, true), (0...600, false)] {
      for seed in 0..<100 {
        let poles = (0..<14).map { Double(($0 * $0 * 53 + seed * 29) % 600) }
        let widths = (0..<14).map { Double(20 + ($0 * 37 + seed) % 120) }
        let flags = Flags(poles: poles, widths: widths, within: bounds)
        let boxes = zip(flags.flags, zip(poles, widths)).map { flag, pole in
          let left = flag.isLeft ? pole.0 - pole.1 : pole.0
          return Box(
            left: left, top: Double(flag.row), right: left + pole.1, bottom: Double(flag.row + 1))
        }
        #expect(boxes.count == 14 && flags.rows <= 14)
        for (index, box) in boxes.enumerated() {
          #expect(box.left >= bounds.lowerBound && box.right <= bounds.upperBound)
          for (other, second) in boxes.enumerated() where other != index {
            #expect(!box.overlaps(second), "seed \(seed): \(other) on \(index)")
            let isHidden = poles[other] > box.left && poles[other] < box.right
            let isThrough = second.top > box.top && isHidden
            // Within the four pixels between a pole and its label nothing is hidden.
            let isBeside = abs(poles[other] - poles[index]) < 4
            #expect(
              !hasRoom || !isThrough || isBeside, "seed \(seed): \(other) through \(index)")
          }
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
    let alike = ["a", "tensor[share=0.001 scale=10]-0", "tensor[share=0.002 scale=10]-0"]
    #expect(
      TextMetrics.fitted(alike, .label, within: 130)
        == ["a", "…0.001 scale=10]-0", "…0.002 scale=10]-0"])
    let lines = TextMetrics.wrapped("one two three four", .label, within: 60)
    #expect(lines.joined(separator: " ") == "one two three four" && lines.count > 1)
    #expect(lines.allSatisfy { TextMetrics.width($0, .label) <= 60 })
  }
}
