import Figures
import Testing

@Suite struct ScaleTests {
  private func labels(_ scale: Scale, about count: Int = 5) -> [String] {
    scale.ticks(about: count).compactMap { $0.label?.plain }
  }

  @Test("places, worked by hand")
  func places() {
    let linear = Scale(.linear, 0...10, from: 100, to: 200)
    #expect([0, 5, 10, 99, -1, .nan].map(linear.position) == [100, 150, 200, 200, 100, 100])
    let log = Scale(.log, 1...100, from: 0, to: 200)
    #expect([1, 10, 100, 0].map(log.position) == [0, 100, 200, 0])
    let symlog = Scale(.symlog(threshold: 1), -100...100, from: 0, to: 600)
    #expect(
      [-100, -10, -1, 0, 1, 10, 100].map(symlog.position) == [0, 100, 200, 300, 400, 500, 600])
    #expect(symlog.edges(count: 6) == [-100, -10, -1, 0, 1, 10, 100])
    #expect(Scale(.linear, -1e308...1e308, from: 0, to: 100).position(0) == 50)
  }

  @Test("ticks are round numbers inside the domain")
  func ticks() {
    #expect(labels(Scale(.linear, 0...10, from: 0, to: 1)) == ["0", "2", "4", "6", "8", "10"])
    #expect(
      labels(Scale(.linear, -0.3...0.31, from: 0, to: 1), about: 4)
        == ["−0.2", "0.0", "0.2"].map { $0 == "0.0" ? "0" : $0 })
    #expect(
      labels(Scale(.linear, 0...3e6, from: 0, to: 1), about: 3) == [
        "0", "1·10^6", "2·10^6", "3·10^6",
      ])
    #expect(labels(Scale(.log, 0.5...2e4, from: 0, to: 1)) == ["1", "10", "100", "1000", "10^4"])
    #expect(
      labels(Scale(.log, 1e-9...1e-3, from: 0, to: 1), about: 3) == ["10^−8", "10^−6", "10^−4"])
    #expect(labels(Scale(.log, 1...50, from: 0, to: 1)) == ["1", "2", "5", "10", "20", "50"])
    #expect(
      labels(Scale(.symlog(threshold: 1), -20...200, from: 0, to: 1), about: 9)
        == ["−10", "−1", "0", "1", "10", "100"])
  }

  @Test("a domain without extent, or without a number, still makes a scale")
  func degenerate() {
    #expect(Scale(.linear, 3...3, from: 0, to: 10).position(3) == 5)
    #expect(abs(Scale(.log, 3...3, from: 0, to: 10).position(3) - 5) < 1e-9)
    #expect(Scale.domain(around: [], .log) == 1...10)
    #expect(Scale.domain(around: [.nan, .infinity], .linear) == 0...1)
    for values in [
      [Double.leastNonzeroMagnitude], [1e308, -1e308], [0.0],
      [Double.leastNonzeroMagnitude, 1e308],
    ] {
      for kind in [Scale.Kind.linear, .log, .symlog(threshold: 1)] {
        let scale = Scale(kind, Scale.domain(around: values, kind), from: 0, to: 100)
        for value in values + [0, 1, -1, .infinity] {
          let place = scale.position(value)
          #expect(place >= 0 && place <= 100, "\(kind) \(values) \(value): \(place)")
        }
        #expect(scale.ticks(about: 5).allSatisfy { $0.value.isFinite })
      }
    }
  }

  @Test("numbers say enough and no more")
  func numbers() {
    #expect(NumberText.short(-0.0031) == "−0.0031" && NumberText.short(5_200_000) == "5.2e6")
    #expect(NumberText.short(1e-7) == "1e−7" && NumberText.short(.infinity) == "∞")
    #expect(NumberText.percent(0.003) == "0.3 %" && NumberText.percent(0) == "0 %")
    #expect(NumberText.percent(1e-9) == "<0.001 %" && NumberText.percent(0.99999) == ">99.9 %")
    #expect(NumberText.percent(1) == "100 %" && NumberText.percent(0.128) == "12.8 %")
    #expect(NumberText.ratio(1) == "1.00" && NumberText.ratio(41.26) == "41.3")
    #expect(NumberText.ratio(820.4) == "820" && NumberText.ratio(5234) == "5.2e3")
  }
}
