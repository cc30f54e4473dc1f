package import QuantizationCore

extension BitWidth {
  /// Eight bits.
  package static var eight: BitWidth { fixed(8) }

  /// A width that is known to be one.
  private static func fixed(_ bits: Int) -> BitWidth {
    guard let width = BitWidth(bits) else { preconditionFailure("no width of \(bits) bits") }
    return width
  }
}

/// The codes of an integer type by its name, such as `int8`, `QUInt16` or `UINT4`.
///
/// Signed codes with zero points of 0 are a full symmetric grid, others an affine one.
///
/// - Parameter name: `int` or `uint` with the number of bits behind it, in small letters.
/// - Returns: Nothing for other names, and for types of fewer than 2 or more than 16 bits.
package func integerGrid(_ name: String, zeroPoints: [Int]) -> CodeGrid? {
  let isSigned = name.hasPrefix("int")
  guard isSigned || name.hasPrefix("uint"),
    let bits = BitWidth(Int(name.dropFirst(isSigned ? 3 : 4)) ?? 0)
  else { return nil }
  let isCentered = zeroPoints.allSatisfy { $0 == 0 }
  return CodeGrid(
    isSigned ? (isCentered ? .symmetricFull : .affineSigned) : .affineUnsigned, bits: bits)
}

/// The name of the integer type of a grid: `int8`, `uint8`.
package func integerTypeName(_ grid: CodeGrid) -> String {
  "\(grid.isSigned ? "int" : "uint")\(grid.bits)"
}
