/// The file formats that can be read.
enum FileFormat {
  case npy, npz, safetensors, onnx, index, text

  /// Finds the format by the extension of the file, or else by its first bytes.
  ///
  /// - Throws: `TensorFileError.unsupported` if neither is known.
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
      // Numbers that were typed, or come from another program, have no file name with an extension.
      self = .text
    } else {
      throw .unsupported(
        name: file.name,
        reason: "unknown file format; expected .npy, .npz, .safetensors, .onnx, .txt or .csv")
    }
  }

  /// The number of bytes at the start of a file that tell its format.
  static let startBytes = 9

  /// The format whose files begin with some bytes; nil if there is none, as for text.
  init?(startingWith start: [UInt8]) {
    if start.starts(with: NPYHeader.magic) {
      self = .npy
    } else if start.starts(with: [0x50, 0x4B, 3, 4]) || start.starts(with: [0x50, 0x4B, 5, 6]) {
      self = .npz
    } else if start.count >= Self.startBytes, start[8] == UInt8(ascii: "{"),
      littleEndian(start, at: 0, count: 8) <= UInt64(SafetensorsDirectory.maximumBytes)
    {
      self = .safetensors
    } else {
      return nil
    }
  }
}
