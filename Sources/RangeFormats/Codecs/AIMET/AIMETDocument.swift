/// A file of AIMET's encodings, whatever its version.
struct AIMETDocument: Decodable {
  let version: String
  /// Version 2.0.0.
  let encodings: [AIMETEncoding]?
  let activations: Section?
  let parameters: Section?

  private enum CodingKeys: String, CodingKey {
    case version, encodings
    case activations = "activation_encodings"
    case parameters = "param_encodings"
  }

  /// The tensors of a kind: by name with a list of encodings each, or as a list of tensors.
  enum Section: Decodable {
    case named([String: [AIMETEncoding]])
    case listed([AIMETEncoding])

    init(from decoder: any Decoder) throws {
      if (try? decoder.container(keyedBy: AnyKey.self)) != nil {
        self = .named(try [String: [AIMETEncoding]](from: decoder))
      } else {
        self = .listed(try [AIMETEncoding](from: decoder))
      }
    }
  }
}

/// An encoding, with the keys of all versions.
struct AIMETEncoding: Decodable {
  // 0.6.1
  let bitwidth: Int?
  let isSymmetric: Truth?
  let min: Double?
  let max: Double?
  // 0.6.1 and 1.0.0
  let dtype: String?
  let scale: NumberTree?
  let offset: NumberTree?
  // 1.0.0
  let bw: Int?
  let isSym: Bool?
  let type: String?
  let compressedBits: Int?
  // 1.0.0 and 2.0.0
  let name: String?
  let blockSize: Int?
  let blockScales: NumberTree?
  // 2.0.0
  let outputType: String?
  let yScale: NumberTree?
  let yZeroPoint: NumberTree?
  let axis: Int?
  let channelScales: NumberTree?

  private enum CodingKeys: String, CodingKey {
    case bitwidth, min, max, dtype, scale, offset, bw, name, axis
    case isSymmetric = "is_symmetric"
    case isSym = "is_sym"
    case type = "enc_type"
    case compressedBits = "compressed_bw"
    case blockSize = "block_size"
    case blockScales = "per_block_int_scale"
    case outputType = "output_dtype"
    case yScale = "y_scale"
    case yZeroPoint = "y_zero_point"
    case channelScales = "per_channel_float_scale"
  }

  /// `true`, or the text "True".
  struct Truth: Decodable {
    let value: Bool

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Bool.self) {
        self.value = value
        return
      }
      let text = try container.decode(String.self)
      guard ["True", "False"].contains(text) else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "expected \"True\" or \"False\"")
      }
      value = text == "True"
    }
  }
}
