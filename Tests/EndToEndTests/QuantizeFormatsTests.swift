import _TestSupport
import Foundation
import Testing

/// Codes and scales of number formats, decoded from the written bytes alone.
@Suite struct QuantizeFormatsTests {
  private static let rows = 6
  private static let columns = 40

  private static let values: [Float] = (0..<rows * columns).map { index in
    Float(sin(Double(index * index) * 0.37) * exp(Double(index % 17) / 4 - 2))
  }

  private static func e2m1(_ code: UInt8) -> Double {
    let magnitudes = [0, 0.5, 1, 1.5, 2, 3, 4, 6.0]
    return (code & 8 == 0 ? 1 : -1) * magnitudes[Int(code & 7)]
  }

  private static func e4m3(_ code: UInt8) -> Double {
    let (exponent, mantissa) = (Int(code >> 3 & 15), Double(code & 7))
    let sign: Double = code & 128 == 0 ? 1 : -1
    return exponent == 0
      ? sign * mantissa * 0x1p-9 : sign * (1 + mantissa / 8) * exp2(Double(exponent - 7))
  }

  private static func e5m2(_ code: UInt8) -> Double {
    Double(Float16(bitPattern: UInt16(code) << 8))
  }

  private static func signed(_ code: UInt8) -> Double {
    Double(code < 8 ? Int(code) : Int(code) - 16)
  }

  /// The scale that a format stores in some bytes.
  private static func scales(_ tensor: WrittenTensors.Tensor) -> [Double] {
    let bytes = tensor.bytes
    func words(_ size: Int) -> [UInt32] {
      stride(from: 0, to: bytes.count, by: size).map { start in
        bytes[start..<start + size].reversed().reduce(0) { $0 << 8 | UInt32($1) }
      }
    }
    return switch tensor.type {
    case "F16": words(2).map { Double(Float16(bitPattern: UInt16($0))) }
    case "BF16": words(2).map { Double(Float(bitPattern: $0 << 16)) }
    case "F8_E4M3": bytes.map(e4m3)
    case "U8": bytes.map { exp2(Double($0) - 127) }
    default: words(4).map { Double(Float(bitPattern: $0)) }
    }
  }

  private struct Case: CustomTestStringConvertible {
    let codes: String
    let granularity: String
    let type: String
    let scaleType: String
    let isPacked: Bool
    let level: @Sendable (UInt8) -> Double
    var testDescription: String { "\(codes) \(granularity)" }
  }

  private static let cases = [
    Case(codes: "nvfp4", granularity: "group:16", type: "U8", scaleType: "F8_E4M3", isPacked: true)
    {
      e2m1($0)
    },
    Case(codes: "mxfp4", granularity: "group:32", type: "U8", scaleType: "U8", isPacked: true) {
      e2m1($0)
    },
    Case(
      codes: "fp8-e4m3", granularity: "channel:0", type: "F8_E4M3", scaleType: "F32",
      isPacked: false
    ) {
      e4m3($0)
    },
    Case(
      codes: "fp8-e5m2/scale:bfloat16", granularity: "block:4x16", type: "F8_E5M2",
      scaleType: "BF16",
      isPacked: false
    ) { e5m2($0) },
    Case(
      codes: "int4-full/scale:float16", granularity: "group:16", type: "U8", scaleType: "F16",
      isPacked: true
    ) { signed($0) },
  ]

  /// The lane of each value, in the order of the scales.
  private static func lanes(_ granularity: String) -> [Int] {
    (0..<rows * columns).map { place in
      let (row, column) = place.quotientAndRemainder(dividingBy: columns)
      return switch granularity {
      case "channel:0": row
      case "group:16": row * 3 + column / 16
      case "group:32": row * 2 + column / 32
      default: row / 4 * 3 + column / 16
      }
    }
  }

  @Test(arguments: Self.cases.indices)
  func `written codes and scales give the error that is printed`(index: Int) throws {
    let format = Self.cases[index]
    let work = try Workspace()
    try work.write(
      TensorBytes.npy(Self.values, shape: [Self.rows, Self.columns]), to: "w.npy")
    for rule in ["minmax", "mse"] {
      let run = try RangeLabProgram.run(
        ["quantize", "w.npy", "-e", rule, "--codes", format.codes]
          + ["--granularity", format.granularity, "-o", "q.safetensors", "--params", "p.json"]
          + (format.isPacked ? ["--pack"] : []), in: work.path)
      #expect(run.code == 0, "\(run.messages)")
      let file = try WrittenTensors(try work.bytes("q.safetensors"))
      #expect(file.metadata["codes"] == format.codes)
      let (codes, scale) = (
        try #require(file.tensors["w"]), try #require(file.tensors["w_scale"])
      )
      #expect(codes.type == format.type && scale.type == format.scaleType)
      #expect((file.tensors["w_zero_point"] != nil) == format.codes.hasPrefix("int"))
      let unit = file.tensors["w_scale_2"].map(Self.scales) ?? [1]
      let scales = Self.scales(scale).map { $0 * unit[0] }
      let levels = (format.isPacked ? codes.bytes.flatMap { [$0 & 15, $0 >> 4] } : codes.bytes)
        .map(format.level)
      let squares = zip(Self.values, zip(levels, Self.lanes(format.granularity))).map {
        let error = Double($0) - $1.0 * scales[$1.1]
        return error * error
      }
      let printed = try #require(try jsonObjects(try work.text("p.json")).first)
      let mse = try #require(printed["mse"] as? Double)
      let found = squares.reduce(0, +) / Double(squares.count)
      // Reconstructions are rounded to Float32 where the printed error is measured.
      #expect(abs(found - mse) <= 1e-6 * mse, "\(rule): \(found) \(mse)")
    }
  }
}
