import Foundation
import Testing

/// A .safetensors file, read by a reader of its own.
struct WrittenTensors {
  struct Tensor {
    let type: String
    let shape: [Int]
    let bytes: [UInt8]
  }

  let tensors: [String: Tensor]
  let metadata: [String: String]

  init(_ bytes: [UInt8]) throws {
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any])
    var tensors: [String: Tensor] = [:]
    for (name, value) in object where name != "__metadata__" {
      let entry = try #require(value as? [String: Any])
      let places = try #require(entry["data_offsets"] as? [Int])
      tensors[name] = Tensor(
        type: try #require(entry["dtype"] as? String),
        shape: try #require(entry["shape"] as? [Int]),
        bytes: Array(bytes[(8 + length + places[0])..<(8 + length + places[1])]))
    }
    self.tensors = tensors
    metadata = try #require(object["__metadata__"] as? [String: String])
  }
}
