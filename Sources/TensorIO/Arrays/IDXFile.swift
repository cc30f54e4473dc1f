internal import CZlib
internal import Glibc

/// An array of bytes in an IDX file, as MNIST and the data sets after it are distributed, gzipped or not.
///
/// Two zero bytes, the type of elements (8: unsigned bytes), the number of axes, the length of each axis
/// as a big-endian 32-bit number, and the elements in C order:
/// <http://yann.lecun.com/exdb/mnist/>.
package struct IDXFile: Sendable {
  /// The length of each axis.
  package let shape: [Int]
  /// The elements in C order.
  package let elements: [UInt8]

  /// The path under which a file lies: as given, or with `.gz` behind it; nothing where there is none.
  package static func path(_ path: String) -> String? {
    [path, path + ".gz"].first { access($0, R_OK) == 0 }
  }

  /// Reads a file.
  ///
  /// - Throws: `TensorFileError` for a missing file and for one that is no IDX file of bytes, also where
  ///   bytes are missing or left over.
  ///
  /// Complexity: O(elements), all of them in memory.
  package init(path: String) throws(TensorFileError) {
    guard let stream = gzopen(path, "rb") else {
      throw .unreadable(path: path, reason: systemMessage(errno))
    }
    defer { gzclose(stream) }
    func fault(_ reason: String) -> TensorFileError { .malformed(name: path, reason: reason) }
    func read(_ count: Int) throws(TensorFileError) -> [UInt8] {
      var filled = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        while filled < count {
          let received = gzread(
            stream, buffer.baseAddress?.advanced(by: filled),
            UInt32(min(count - filled, 1 << 30)))
          guard received > 0 else { break }
          filled += Int(received)
        }
        initialized = filled
      }
      guard filled == count else {
        throw fault("is no IDX file: it ends after \(filled) of \(count) bytes of a part")
      }
      return bytes
    }
    let start = try read(4)
    guard start[0] == 0, start[1] == 0, start[2] == 8, (1...4).contains(start[3]) else {
      throw fault(
        "is no IDX file of bytes: it begins with \(start); expected 0, 0, 8 and 1 to 4 axes")
    }
    var shape: [Int] = []
    for _ in 0..<start[3] {
      shape.append(try read(4).reduce(0) { $0 << 8 | Int($1) })
    }
    let (count, overflows) = shape.reduce((1, false)) { product, extent in
      let next = product.0.multipliedReportingOverflow(by: extent)
      return (next.partialValue, product.1 || next.overflow)
    }
    guard !overflows, count < 1 << 40 else { throw fault("has the shape \(shape)") }
    try requireMemory(bytes: count, name: path)
    elements = try read(count)
    self.shape = shape
    guard gzgetc_(stream) < 0 else { throw fault("has more bytes than the shape \(shape)") }
  }
}
