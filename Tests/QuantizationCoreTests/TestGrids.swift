import QuantizationCore
import Testing

/// The grid of a family at a number of bits that is known to be allowed.
func grid(_ family: GridFamily, _ bits: Int) throws -> CodeGrid {
  CodeGrid(family, bits: try #require(BitWidth(bits)))
}

/// Every family at every bit width.
let everyGrid: [CodeGrid] = GridFamily.integers.flatMap { family in
  BitWidth.allowed.compactMap { bits in BitWidth(bits).map { CodeGrid(family, bits: $0) } }
}
