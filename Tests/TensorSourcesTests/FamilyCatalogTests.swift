import TensorIO
import TensorSources
import Testing

@Suite("Family catalog")
struct FamilyCatalogTests {
  @Test("Every family is in the catalog once, under its own identifier")
  func complete() {
    let families: [SyntheticTensor.Family] = [
      .gaussian, .laplace, .studentT(degreesOfFreedom: 3), .cauchy, .logistic,
      .lognormal(sigma: 1), .uniform, .exponential, .relu, .gelu, .bimodal(separation: 6),
      .softmax(scale: 1),
    ]
    let listed = SyntheticTensor.families.map(\.identifier)
    #expect(Set(listed) == Set(families.map(\.identifier)))
    #expect(listed.count == families.count)
  }

  @Test("A family made without parameters has its defaults, in order")
  func defaults() throws {
    for description in SyntheticTensor.families {
      let tensor = try SyntheticTensor.make(identifier: description.identifier, shape: [2])
      #expect(tensor.family.identifier == description.identifier)
      #expect(tensor.family.parameterValues == description.parameters.map(\.defaultValue))
    }
  }

  @Test("A parameter given replaces the default")
  func given() throws {
    let tensor = try SyntheticTensor.make(
      identifier: "lognormal", parameters: ["sigma": 2.5], shape: [2])
    #expect(tensor.family == .lognormal(sigma: 2.5))
  }

  @Test("Both bounds of every parameter are allowed and give finite elements")
  func bounds() throws {
    for description in SyntheticTensor.families {
      for parameter in description.parameters {
        for value in [parameter.bounds.lowerBound, parameter.bounds.upperBound] {
          let tensor = try SyntheticTensor.make(
            identifier: description.identifier, parameters: [parameter.name: value],
            shape: [100, 100])
          #expect(try tensor.generate(seed: 1).values.allSatisfy { $0.isFinite })
        }
      }
    }
  }
}
