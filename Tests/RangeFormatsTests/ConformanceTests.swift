import _TestSupport
import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import Testing

/// The laws that every format keeps.
@Suite("Formats of ranges: laws")
struct ConformanceTests {
  @Test(arguments: Samples.forms)
  func `what was written reads back the same, in every lane`(_ form: Form) throws {
    var random = SplitMix(seed: 11)
    var kept: Set<String> = []
    for bits in BitWidth.allowed {
      let width = try #require(BitWidth(bits))
      let all = Samples.all(bits: width, &random)
      let set = RangeSet(model: nil, tensors: all)
      let context = form.context(set)
      let possible = all.filter { form.codec.refusal(of: $0, context) == nil }
      guard !possible.isEmpty else { continue }
      let wanted = RangeSet(model: nil, tensors: possible)
      let export = try RangeExport(form.codec, context)
      let files = try export.write(wanted, dropping: false).files
      var reading = context
      reading.options = form.codec.optionsToRead(wanted, context.options)
      let back = try RangeImport(form.codec, reading).read(FormatInput(files[0].data)).ranges
      #expect(back.tensors.map(\.name) == possible.map(\.name))
      for (range, read) in zip(possible, back.tensors) {
        let held = form.codec.held(range, context)
        #expect(
          read.kind == range.kind && read.shape == range.shape
            && read.granularity == range.granularity)
        #expect(read.grid.bits == held.grid.bits)
        for lane in held.scales.indices {
          #expect(
            read.levels(ofLane: lane) == held.levels(ofLane: lane), "\(range.name) \(range.grid)")
          let distance = Int(read.scales[lane].bitPattern) - Int(range.scales[lane].bitPattern)
          let allowed: Int =
            switch form.codec.ability.scales {
            case .within(let units): units
            default: 0
            }
          #expect(distance.magnitude <= allowed, "\(range.name) \(range.scales[lane])")
        }
        kept.insert("\(range.kind) \(FormatAbility.Lanes(range.granularity)) \(bits)")
      }
    }
    // Nothing that the ability promises may have been refused throughout.
    guard form.version == form.codec.ability.versions.first else { return }
    for kind in [TensorRange.Kind.weight, .activation] {
      for lanes in form.codec.ability[kind]?.lanes ?? [] {
        for bits in form.codec.ability[kind]?.bits ?? [] {
          #expect(kept.contains("\(kind) \(lanes) \(bits)"))
        }
      }
    }
  }

  @Test(arguments: Samples.forms)
  func `what the ability does not have is refused by name, or dropped and listed`(_ form: Form)
    throws
  {
    var random = SplitMix(seed: 12)
    let good = try #require(
      Samples.all(bits: .eight, &random).first {
        form.codec.refusal(of: $0, FormatContext(options: FormatOptions(version: form.version)))
          == nil
      })
    var refused = 0
    for bits in [2, 3, 5, 8, 11, 16] {
      for (place, range) in Samples.all(bits: try #require(BitWidth(bits)), &random).enumerated() {
        let range = range.named("odd\(place)")
        guard form.codec.ability.fault(of: range) != nil else { continue }
        refused += 1
        let set = RangeSet(model: nil, tensors: [good, range])
        let export = try RangeExport(form.codec, form.context(set))
        let fault = #expect(throws: FormatFault.self) { try export.write(set, dropping: false) }
        #expect(fault?.description.contains("'odd\(place)'") == true)
        let result = try export.write(set, dropping: true)
        #expect(result.dropped.map(\.name) == [range.name])
        #expect(result.dropped.allSatisfy { !$0.reason.isEmpty })
        #expect(throws: FormatFault.self) {
          try export.write(RangeSet(model: nil, tensors: [range]), dropping: true)
        }
      }
    }
    #expect(refused > 0 || ["csv", "torch"].contains(form.codec.name))
  }

  @Test(arguments: Samples.forms)
  func `scales and zero points that no quantizer has are not written`(_ form: Form) throws {
    var random = SplitMix(seed: 13)
    let good = try #require(
      Samples.all(bits: .eight, &random).first {
        form.codec.refusal(of: $0, FormatContext(options: FormatOptions(version: form.version)))
          == nil
      })
    for scale in [0, -1, .infinity, .nan, .leastNonzeroMagnitude] as [Float] {
      let bad = good.with(scales: good.scales.map { _ in scale })
      let set = RangeSet(model: nil, tensors: [bad])
      #expect(throws: FormatFault.self, "\(scale)") {
        try RangeExport(form.codec, form.context(set)).write(set, dropping: false)
      }
    }
    let twice = RangeSet(model: nil, tensors: [good, good])
    #expect(throws: FormatFault("two tensors are called '\(good.name)'; expected every name once"))
    {
      try RangeExport(form.codec, form.context(twice)).write(twice, dropping: false)
    }
  }

  @Test(arguments: Samples.forms)
  func `a file that ends early is refused or holds the tensors before`(_ form: Form) throws {
    let (bytes, context) = try Samples.file(form, seed: 14)
    let whole = try RangeImport(form.codec, context).read(FormatInput(Data(bytes))).ranges
    var refused = 0
    for end in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 300)) {
      do {
        let read = try RangeImport(form.codec, context).read(FormatInput(Data(bytes[..<end])))
          .ranges
        // Lines that end early can be whole lines; binary files and JSON cannot.
        #expect(["csv", "tensorrt-cache", "ncnn"].contains(form.codec.name))
        #expect(read.tensors.count <= whole.tensors.count)
      } catch {
        #expect(!error.description.isEmpty)
        refused += 1
      }
    }
    #expect(refused > 0)
  }

  @Test(arguments: Samples.forms)
  func `a damaged file is one fault, or ranges that can be used`(_ form: Form) throws {
    let count = Damage.count(or: 2000)
    let (bytes, context) = try Samples.file(form, seed: 15, limit: 1)
    var damage = Damage(random: SplitMix(seed: 16))
    let counts = damage.survive(count) { round, damage in
      // Every other time without the model, whose names and shapes refuse much.
      var context = context
      if round % 2 == 1 { context.model = nil }
      let set = try RangeImport(form.codec, context).read(
        FormatInput(Data(damage.damaged(bytes)))
      ).ranges
      // RANGES.json takes all that was read.
      if round % 16 < 2 { _ = try RangeSet(json: String(decoding: set.json(), as: UTF8.self)) }
      return set.tensors
    }
    #expect(counts.read + counts.refused == count && counts.refused > 0)
  }

  @Test func `names are unique, and every format says something of itself`() {
    let names = RangeFormatRegistry.all.map(\.name)
    #expect(Set(names).count == names.count)
    for codec in RangeFormatRegistry.all {
      #expect(!codec.summary.isEmpty && codec.name == codec.name.lowercased())
      #expect(RangeFormatRegistry.codec(codec.name)?.name == codec.name)
      #expect(codec.ability.versions.isEmpty || codec.options.contains(.version))
    }
    #expect(RangeFormatRegistry.codec("nothing") == nil)
  }

  @Test func `an option that means nothing to a format is refused`() {
    #expect(throws: FormatFault("--trt-header means nothing to csv")) {
      try RangeExport(CSVRanges(), FormatContext(options: FormatOptions(header: "TRT-1-A")))
    }
    #expect(
      throws: FormatFault(
        "--format-version: aimet has no version '3.0.0'; expected 1.0.0, 2.0.0, 0.6.1")
    ) { try RangeImport(AIMETEncodings(), FormatContext(options: FormatOptions(version: "3.0.0"))) }
    #expect(throws: FormatFault("--codes means nothing to aimet; it knows --format-version")) {
      try RangeImport(
        AIMETEncodings(), FormatContext(options: FormatOptions(codes: CodeGrid("int8-narrow"))))
    }
  }
}
