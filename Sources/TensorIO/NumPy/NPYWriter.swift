/// A type of numbers that can be written to .npy files.
public protocol NPYElement: BitwiseCopyable, Sendable {
  /// NumPy's name of the type and its byte order, such as `<f4`.
  static var npyDescriptor: String { get }
}

extension Float: NPYElement {
  /// Little-endian float32.
  public static var npyDescriptor: String { "<f4" }
}

extension Int8: NPYElement {
  /// One signed byte.
  public static var npyDescriptor: String { "|i1" }
}

extension UInt8: NPYElement {
  /// One unsigned byte.
  public static var npyDescriptor: String { "|u1" }
}

extension Int16: NPYElement {
  /// Little-endian signed 16-bit integer.
  public static var npyDescriptor: String { "<i2" }
}

extension UInt16: NPYElement {
  /// Little-endian unsigned 16-bit integer.
  public static var npyDescriptor: String { "<u2" }
}

/// Writes an .npy file piece by piece.
///
/// The file gets its name when it is finished.
///
/// If the writer goes out of scope before, no file remains.
public struct NPYStreamWriter<Element: NPYElement>: ~Copyable {
  private var file: AtomicFile
  private let count: Int
  private var written = 0

  /// Begins a file in C order.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - shape: The length of each axis; empty for a scalar.
  ///   - elementType: The type of the elements.
  /// - Throws: `TensorFileError.unwritable`, also for a shape that no file can have.
  public init(
    path: String, shape: [Int], elementType: Element.Type = Element.self
  ) throws(TensorFileError) {
    guard let count = elementCount(of: shape), shape.count <= maximumAxes else {
      throw .unwritable(path: path, reason: "cannot have the shape \(shapeText(shape))")
    }
    var file = try AtomicFile(path: path)
    try file.write(Self.header(shape: shape).span.bytes)
    self.file = file
    self.count = count
  }

  /// Appends elements in C order.
  ///
  /// Each call is a call of the system, so pieces should be large.
  ///
  /// - Throws: `TensorFileError.unwritable`, for example when the disk is full or there are more
  ///   elements than the shape has.
  public mutating func append(_ values: Span<Element>) throws(TensorFileError) {
    guard values.count <= count - written else {
      throw .unwritable(
        path: file.path, reason: "\(written + values.count) elements; expected \(count)")
    }
    try file.write(values.bytes)
    written += values.count
  }

  /// Gives the file its name.
  ///
  /// - Throws: `TensorFileError.unwritable`, also when elements are missing.
  public consuming func finish() throws(TensorFileError) {
    guard written == count else {
      throw .unwritable(path: file.path, reason: "\(written) elements; expected \(count)")
    }
    try file.commit()
  }

  static func header(shape: [Int]) -> [UInt8] {
    let dictionary =
      "{'descr': '\(Element.npyDescriptor)', 'fortran_order': False, "
      + "'shape': \(shapeText(shape)), }"
    // Magic, version and length take 10 bytes, and the line break one. The data begin at a multiple of
    // 64, as the format requires.
    let padding = 63 - (10 + dictionary.utf8.count) % 64
    let text = dictionary + String(repeating: " ", count: padding) + "\n"
    let length = UInt16(text.utf8.count)
    return NPYHeader.magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
  }
}

/// Writes whole .npy files.
public enum NPYWriter {
  /// Writes `values` in C order as an .npy file, whole or not at all.
  ///
  /// - Throws: `TensorFileError.unwritable`, also when the product of `shape` is not the number of
  ///   values.
  public static func write<Element: NPYElement>(
    _ values: Span<Element>, shape: [Int], to path: String
  ) throws(TensorFileError) {
    var writer = try NPYStreamWriter<Element>(path: path, shape: shape)
    try writer.append(values)
    try writer.finish()
  }

  /// Writes `values` in C order as an .npy file, whole or not at all.
  ///
  /// - Throws: `TensorFileError.unwritable`, also when the product of `shape` is not the number of
  ///   values.
  public static func write<Element: NPYElement>(
    _ values: [Element], shape: [Int], to path: String
  ) throws(TensorFileError) {
    try write(values.span, shape: shape, to: path)
  }
}
