/// The formats that are read.
enum FileFormat {
  case npy, npz, safetensors, onnx, index, text

  /// By extension, or else by the first bytes.
  ///
  /// - Throws: `TensorFileError.unsupported` where neither tells.
  init(of file: ReadableFile) throws(TensorFileError) {
    let name = file.isCopy ? "" : file.name.lowercased()
    if name.hasSuffix(".npy") {
      self = .npy
    } else if name.hasSuffix(".npz") {
      self = .npz
    } else if name.hasSuffix(".safetensors") {
      self = .safetensors
    } else if name.hasSuffix(".onnx") {
      // A model begins like many other files, so its name alone tells.
      self = .onnx
    } else if name.hasSuffix(".json") {
      self = .index
    } else if [".txt", ".csv", ".tsv"].contains(where: name.hasSuffix) {
      self = .text
    } else if let found = FileFormat(
      startingWith: try file.bytes(at: 0, count: min(file.size, Self.startBytes)))
    {
      self = found
    } else if file.isCopy || file.path == standardInputPath || file.path.hasPrefix("/dev/") {
      // Numbers that were typed or made by another program have no extension here.
      self = .text
    } else {
      throw .unsupported(
        name: file.name,
        reason: "unknown file format; expected .npy, .npz, .safetensors, .onnx, .txt or .csv")
    }
  }

  /// The bytes that tell a format.
  static let startBytes = 9

  /// The format whose files begin so; nil for text, which has no mark of its own.
  init?(startingWith start: [UInt8]) {
    if start.starts(with: NPYHeader.magic) {
      self = .npy
    } else if start.starts(with: [0x50, 0x4B, 3, 4]) || start.starts(with: [0x50, 0x4B, 5, 6]) {
      self = .npz
    } else if start.count >= Self.startBytes, start[8] == UInt8(ascii: "{"),
      littleEndian(start, at: 0, count: 8) <= UInt64(SafetensorsHeader.maximumBytes)
    {
      self = .safetensors
    } else {
      return nil
    }
  }
}
