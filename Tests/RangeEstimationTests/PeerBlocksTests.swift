import Foundation
import QuantizationCore
import RangeEstimation
import Testing

/// Blocks that other tools have quantized, with the scales that they chose.
@Suite struct PeerBlocksTests {
  private struct Golden: Decodable {
    let values: [String: [Float]]
    let files: [File]
  }

  private struct File: Decodable {
    let name: String
    let values: String
    let block: Int
    let tensorScale: Float?
    let scales: [Float]
    let codes: [Int]
  }

  /// One block: its values, and the scale and codes that the tool chose.
  private struct Block {
    let values: [Float]
    let scale: Float
    let codes: [Int]
  }

  private static func file(_ name: String) throws -> (file: File, blocks: [Block]) {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "peer_blocks.json")
    let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
    let file = try #require(golden.files.first { $0.name == name })
    let values = try #require(golden.values[file.values])
    #expect(values.count == file.codes.count && values.count == file.scales.count * file.block)
    let blocks = file.scales.enumerated().map { index, scale in
      let place = index * file.block..<(index + 1) * file.block
      return Block(
        values: Array(values[place]), scale: scale, codes: Array(file.codes[place]))
    }
    return (file, blocks)
  }

  /// The sum of squared errors in Double.
  private func error(_ values: [Float], _ reals: [Double]) -> Double {
    zip(values, reals).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
  }

  private func reals(_ block: Block, _ format: CodeGrid) -> [Double] {
    block.codes.map { Double(format.family.table?.levels[$0] ?? Float($0)) * Double(block.scale) }
  }

  /// The error of the certified optimum must not be larger, but for what Float32 arithmetic hides.
  private func checkOptimum(_ block: Block, _ format: CodeGrid, theirs: Double) {
    let sample = SampleStatistics(block.values)
    let optimum = LeastSquares.solve(sample, on: format)
    let ours = error(
      block.values,
      block.values.map { Double(optimum.parameters.reconstruction(of: $0)) })
    #expect(ours <= theirs * (1 + 2e-6) + 1e-13 * sample.energy, "\(format)")
  }

  @Test(
    "codes for the scales of a tool are its codes, and the certified scale has no more error",
    arguments: [
      ("GGUF MXFP4", "mxfp4"), ("compressed-tensors FP8", "fp8-e4m3"),
      ("compressed-tensors MXFP4", "mxfp4"), ("compressed-tensors MXFP8", "mxfp8-e4m3"),
      ("compressed-tensors NVFP4", "nvfp4"),
    ])
  func minifloats(name: String, text: String) throws {
    let (file, blocks) = try Self.file(name)
    let format = try #require(CodeGrid(text)).below(file.tensorScale ?? 1)
    let table = try #require(format.family.table)
    for block in blocks {
      let quantizer = QuantizationParameters(scale: Double(block.scale), grid: format)
      // The scale of a block of zeros is 2^-127 there; scales here are normal numbers.
      #expect(quantizer.scale == max(block.scale, .leastNormalMagnitude))
      // Which of its two zeros a tool writes makes no difference: levels are compared, not codes.
      #expect(
        block.values.map { table.levels[quantizer.code(of: $0)] }
          == block.codes.map { table.levels[$0] })
      checkOptimum(block, format, theirs: error(block.values, reals(block, format)))
    }
  }

  @Test("min-max in blocks of 32 gives the codes of Q8_0, whose scales are ours in Float16")
  func q8() throws {
    let narrow = try #require(CodeGrid("int8-narrow"))
    let stored = try #require(CodeGrid("int8-narrow/scale:float16"))
    for block in try Self.file("GGUF Q8_0").blocks {
      let range = SampleStatistics(block.values).range
      let quantizer = QuantizationParameters(covering: range, on: narrow)
      #expect(block.values.map(quantizer.code) == block.codes)
      // A block of zeros has the scale 0 there, and 1 here.
      if block.scale != 0 { #expect(Float(Float16(quantizer.scale)) == block.scale) }
      checkOptimum(block, stored, theirs: error(block.values, reals(block, narrow)))
    }
  }

  /// Codes of Q4_0 stand for `(code - 8) d`, where d may be negative: the full grid, or its mirror image.
  @Test("codes for the scales of Q4_0 are its codes, on the full grid or its mirror image")
  func q4() throws {
    let format = try #require(CodeGrid("int4-full/scale:float16"))
    for block in try Self.file("GGUF Q4_0").blocks {
      let sign: Float = block.scale < 0 ? -1 : 1
      let values = block.values.map { sign * $0 }
      if block.scale != 0 {
        let quantizer = QuantizationParameters(scale: Double(abs(block.scale)), grid: format)
        #expect(values.map { quantizer.code(of: $0) + 8 } == block.codes)
      }
      let mirrored = Block(
        values: values, scale: abs(block.scale), codes: block.codes.map { $0 - 8 })
      checkOptimum(mirrored, format, theirs: error(values, reals(mirrored, format)))
    }
  }
}
