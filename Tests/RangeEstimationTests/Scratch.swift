import QuantizationCore
import RangeEstimation
import Testing
@Suite struct Scratch {
  @Test func matrix() throws {
    for d in EstimatorRegistry.builtIn.descriptors {
      print("LAW \(d.identifier)", terminator: " ")
      let c = Conformance(try EstimatorRegistry.builtIn.make(d.identifier))
      let p = c.purityViolations(); if !p.isEmpty { print("PURITY", p.first ?? "", terminator: " ") }
      if !c.mergingViolations().isEmpty { print("batching", terminator: " ") }
      if !c.permutationViolations().isEmpty { print("permutation", terminator: " ") }
      if !c.readsRows, !c.scalingViolations().isEmpty { print("scaling", terminator: " ") }
      if !c.readsRows, !c.signViolations().isEmpty { print("sign", terminator: " ") }
      let z = c.zerosViolations()
      if !z.isEmpty { print("zeros", terminator: " ") }
      var gaps: [String] = []
      for grid in grids(bits: [2, 4, 8, 16]) { if case .failure(let e) = c.answer([1, -2, 3, 0.5], on: grid) { gaps.append("\(grid.family) \(grid.bits): \(e)") } }
      if !gaps.isEmpty { print("everyGrid", terminator: " ") }
      let e = c.extremesViolations()
      print(e.isEmpty ? "" : "EXTREMES \(e.first ?? "")", gaps.first ?? "")
    }
  }
}
