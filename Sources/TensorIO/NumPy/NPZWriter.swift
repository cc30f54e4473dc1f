/// Writes .npz archives: .npy members, stored, as NumPy's `savez` does.
public struct NPZWriter {
  private var body: [UInt8] = []
  private var directory: [UInt8] = []
  private var members = 0

  /// An archive of nothing.
  public init() {}

  /// Adds an array in C order.
  ///
  /// - Parameters:
  ///   - name: What NumPy calls the array; `.npy` is added.
  ///   - values: The elements.
  ///   - shape: The extent of every axis; their product is the number of values.
  public mutating func add<Element: NPYElement>(
    _ name: String, _ values: [Element], shape: [Int]
  ) {
    var bytes = NPYStreamWriter<Element>.header(shape: shape)
    values.withUnsafeBytes { bytes += $0 }
    let name = Array("\(name).npy".utf8)
    var checksum = Checksum()
    bytes.withUnsafeBytes { checksum.update($0) }
    // Version 2.0 with names in UTF-8, stored, the first day that zip knows; both sizes are the same.
    let size = little(bytes.count, 4)
    let common =
      little(20, 2) + little(0x800, 2) + little(0, 4) + little(33, 2)
      + little(Int(checksum.value), 4) + size + size + little(name.count, 2) + little(0, 2)
    directory +=
      [0x50, 0x4B, 1, 2, 20, 0] + common + little(0, 2 + 2 + 2 + 4) + little(body.count, 4) + name
    body += [0x50, 0x4B, 3, 4] + common + name + bytes
    members += 1
  }

  /// Writes the archive, whole or not at all.
  ///
  /// - Throws: `TensorFileError.unwritable`, also beyond the 4 GiB and 65,535 members that the format
  ///   has without extensions.
  public func write(to path: String) throws(TensorFileError) {
    guard body.count + directory.count < Int(UInt32.max), members < Int(UInt16.max) else {
      throw .unwritable(
        path: path,
        reason: "\(members) arrays of \(body.count) bytes; expected less than 4 GiB")
    }
    let count = little(members, 2)
    let end =
      [0x50, 0x4B, 5, 6] + little(0, 4) + count + count + little(directory.count, 4)
      + little(body.count, 4) + little(0, 2)
    try writeAtomically(body + directory + end, to: path)
  }

  private func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
  }
}
