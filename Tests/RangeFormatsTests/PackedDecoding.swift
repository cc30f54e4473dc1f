import Foundation
import TensorIO
import Testing

/// Takes reals out of files of codes, bit by bit and in another way than the program.
enum PackedDecoding {
  /// The field of some bits at a bit of words.
  static func field(_ words: [UInt32], _ bit: Int, _ bits: Int) -> Int {
    (0..<bits).reduce(0) { field, place in
      let at = bit + place
      return field | Int(words[at / 32] >> UInt32(at % 32) & 1) << place
    }
  }

  static func words(_ member: SafetensorsImage.Member?) throws -> [UInt32] {
    try numbers(member, 4).map { UInt32($0) }
  }

  static func numbers(_ member: SafetensorsImage.Member?, _ size: Int) throws -> [UInt64] {
    let bytes = Array(try #require(member).bytes)
    return stride(from: 0, to: bytes.count, by: size).map {
      littleEndian(bytes, at: $0, count: size)
    }
  }

  static func floats(_ member: SafetensorsImage.Member?) throws -> [Float] {
    try #require(member).type == "F16"
      ? numbers(member, 2).map { Float(Float16(bitPattern: UInt16($0))) }
      : numbers(member, 4).map { Float(bitPattern: UInt32($0)) }
  }

  /// The reals of a module of compressed-tensors, outputs first.
  static func compressedTensors(_ file: Data, _ name: String, bits: Int) throws -> [Float] {
    let image = try SafetensorsImage(file)
    let half = 1 << (bits - 1)
    let scales = try floats(image["\(name).weight_scale"])
    let zero = image["\(name).weight_zero_point"]
    if let codes = image["\(name).weight"] {
      let (rows, columns) = (codes.shape[0], codes.shape[1])
      let zeros = zero.map { Array($0.bytes).map { Int(Int8(bitPattern: $0)) } }
      let groups = max(1, scales.count / rows)
      return codes.bytes.enumerated().map { place, byte in
        let lane =
          scales.count == 1 ? 0 : place / columns * groups + place % columns * groups / columns
        return Float(Int(Int8(bitPattern: byte)) - (zeros?[lane] ?? 0)) * scales[lane]
      }
    }
    let shape = try numbers(image["\(name).weight_shape"], 8).map { Int($0) }
    let packed = try words(image["\(name).weight_packed"])
    let (rows, columns, groups) = (shape[0], shape[1], scales.count / shape[0])
    let width = packed.count / rows
    let zeros = try zero.map { try words($0) }
    return (0..<rows * columns).map { place in
      let (row, column) = (place / columns, place % columns)
      let group = column * groups / columns
      let code = field(Array(packed[row * width..<(row + 1) * width]), column * bits, bits) - half
      let zeroPoint = zeros.map { zeros in
        field(stride(from: group, to: zeros.count, by: groups).map { zeros[$0] }, row * bits, bits)
          - half
      }
      return Float(code - (zeroPoint ?? 0)) * scales[row * groups + group]
    }
  }

  /// The reals of a module of GPTQ, outputs first.
  static func gptq(_ file: Data, _ name: String, bits: Int, missing: Int) throws -> [Float] {
    let image = try SafetensorsImage(file)
    let codes = try words(image["\(name).qweight"])
    let zeros = try words(image["\(name).qzeros"])
    let scales = try floats(image["\(name).scales"])
    let index = try words(image["\(name).g_idx"])
    let rows = try #require(image["\(name).qweight"]).shape[1]
    let width = try #require(image["\(name).qzeros"]).shape[1]
    return (0..<rows * index.count).map { place in
      let (row, column) = (place / index.count, place % index.count)
      let group = Int(index[column])
      let code = field(
        stride(from: row, to: codes.count, by: rows).map { codes[$0] }, column * bits, bits)
      let zero =
        field(Array(zeros[group * width..<(group + 1) * width]), row * bits, bits) + missing
      return Float(code - zero) * scales[group * rows + row]
    }
  }

  /// The reals of blocks of GGUF of some bits, from a byte on.
  static func gguf(_ bytes: [UInt8], bits: Int) -> [Float] {
    let size = [4: 18, 5: 22, 8: 34][bits] ?? 1
    return stride(from: 0, to: bytes.count, by: size).flatMap { start -> [Float] in
      let block = Array(bytes[start..<start + size])
      let scale = Float(Float16(bitPattern: UInt16(block[0]) | UInt16(block[1]) << 8))
      return (0..<32).map { place in
        guard bits < 8 else { return Float(Int8(bitPattern: block[2 + place])) * scale }
        let first = bits == 5 ? 6 : 2
        let nibble = Int(block[first + place % 16]) >> (place < 16 ? 0 : 4) & 15
        let fifth = bits == 5 ? Int(block[2 + place / 8] >> UInt8(place % 8) & 1) << 4 : 0
        return Float(nibble + fifth - (1 << (bits - 1))) * scale
      }
    }
  }
}
